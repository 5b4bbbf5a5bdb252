import { TaskManifest } from '@mle-smith/contracts';
import type { ArtifactStore, Digest } from './artifact-store.ts';
import { readBundleText } from './bundle-files.ts';

/** A bundle that is no task package of ours. */
export class ManifestInvalidError extends Error {
  readonly code = 'manifest_invalid';
  constructor(reason: string, options?: { cause?: unknown }) {
    super(`the package's task.json cannot be used: ${reason}; build the package again`, options);
    this.name = new.target.name;
  }
}

/** The manifest of a package; undefined where the bundle holds no task.json. Throws `ManifestInvalidError`. */
export async function readManifest(artifacts: ArtifactStore, bundle: Digest): Promise<TaskManifest | undefined> {
  const text = await readBundleText(artifacts, bundle, 'task.json');
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ManifestInvalidError('it is not JSON', { cause: error });
  }
  const parsed = TaskManifest.safeParse(value);
  if (!parsed.success)
    throw new ManifestInvalidError(
      parsed.error.issues
        .slice(0, 3)
        .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
        .join('; '),
    );
  return parsed.data;
}
