import { chmod, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Job } from '@mle-smith/environment';
import type { ArtifactStore, Digest } from '@mle-smith/package';

/** Lays the inputs of a job into the folder that its sandbox sees at /input. */
export async function fillInbox(folder: string, job: Job, artifacts: ArtifactStore): Promise<void> {
  for (const input of job.inputs) {
    const bundle = input.prefix === undefined ? input.bundle : await subBundle(artifacts, input.bundle, input.prefix);
    await artifacts.materialize(bundle, join(folder, input.at));
  }
  for (const [path, bytes] of Object.entries(job.files ?? {})) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    await chmod(target, 0o644);
  }
  // Whatever the operator's umask, the sandbox's own uid must be able to pass through.
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
}

/** Gives each file a content of its own: a plain process could write through a link into the artifact store. */
export async function unlinkFromStore(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || (await stat(path)).nlink === 1) continue;
    const copy = `${path}.copy`;
    await copyFile(path, copy);
    await rename(copy, path);
  }
}

/** Takes everything out again; false where that cannot be. */
export async function emptyInbox(folder: string): Promise<boolean> {
  try {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** The files of a bundle below a prefix, as a bundle of its own without the prefix. */
async function subBundle(artifacts: ArtifactStore, bundle: Digest, prefix: string): Promise<Digest> {
  const head = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const files = (await artifacts.getBundle(bundle))
    .filter((file) => file.path.startsWith(head))
    .map((file) => ({ ...file, path: file.path.slice(head.length) }));
  return artifacts.putBundle(files);
}
