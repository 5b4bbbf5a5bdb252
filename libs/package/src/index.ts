export type { ArtifactStore, BundleFile, Digest } from './artifact-store.ts';
export { ArtifactCorruptError, ArtifactMissingError } from './artifact-errors.ts';
export { putDirectory, putFiles, readBundleText } from './bundle-files.ts';
export { canonicalJson, getJson, putJson } from './canonical-json.ts';
export { UnsafePathError, bundleManifest, checkBundlePath, digestOf, parseBundleManifest } from './digest.ts';
export { DesignFacts, DesignRecord } from './design-record.ts';
export { LAYOUT_MARKS, layoutOf, normalForm, type Layout } from './foreign-layout.ts';
export { ManifestInvalidError, readManifest } from './read-manifest.ts';
export { manifestFiles, revisionOf } from './revision.ts';
