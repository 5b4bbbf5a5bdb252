import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore, Digest } from '@mle-smith/package';

/**
 * Lays a verified bundle below `tasks/<id>` so that a reader sees all of it or nothing:
 * written to a hidden neighbour first, then renamed. Doing it again changes nothing. What cannot be read leaves nothing but what an earlier call laid there.
 */
export async function publishTask(artifacts: ArtifactStore, bundle: Digest, tasksDirectory: string, id: string): Promise<string> {
  const target = join(tasksDirectory, id);
  const draft = join(tasksDirectory, `.${id}.draft`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(tasksDirectory, { recursive: true });
  // Materialised files may be links into the store: a reader who edits a package must not edit the store.
  const staged = `${draft}.staged`;
  await rm(staged, { recursive: true, force: true });
  try {
    await artifacts.materialize(bundle, staged);
    await cp(staged, draft, { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
    return target;
  } finally {
    for (const left of [staged, draft]) await rm(left, { recursive: true, force: true });
  }
}

/** Removes what an interrupted publication left behind. */
export async function sweepDrafts(tasksDirectory: string): Promise<void> {
  const names = await readdir(tasksDirectory).catch(() => [] as string[]);
  await Promise.all(
    names.filter((name) => /^\..*\.draft(\.staged)?$/.test(name)).map((name) => rm(join(tasksDirectory, name), { recursive: true, force: true })),
  );
}
