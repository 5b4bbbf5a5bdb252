import type { TaskManifest } from '@mle-smith/contracts';
import type { BundleFile, Digest } from './artifact-store.ts';
import { canonicalJson } from './canonical-json.ts';
import { bundleManifest, digestOf } from './digest.ts';

/** Whether a file counts for the revision: the evidence about a package is no part of what it is about. */
function counts(path: string): boolean {
  return path !== 'task.json' && !path.startsWith('verification/');
}

/** The `files` list of a manifest: everything but task.json and verification/, sorted by path. */
export function manifestFiles(files: readonly BundleFile[]): TaskManifest['files'] {
  return files
    .filter((file) => counts(file.path))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((file) => ({ path: file.path, sha256: file.digest.replace(/^sha256:/, ''), bytes: file.bytes }));
}

/** The digest of a package but for `verification/`, the `value` block and itself. */
export function revisionOf(manifest: Omit<TaskManifest, 'revision'>, files: readonly BundleFile[]): Digest {
  const { value: _value, ...rest } = manifest;
  const described = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'revision'));
  return digestOf(`${bundleManifest(files.filter((file) => counts(file.path)))}${canonicalJson(described)}`);
}
