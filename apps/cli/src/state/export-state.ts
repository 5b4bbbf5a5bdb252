import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CallStore } from '@mle-smith/agent';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import type { ArtifactStore, Digest } from '@mle-smith/package';
import { StoredSubject, type MovableStore } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { readLines, writeLines } from './json-lines.ts';
import { documentsOf, ReferencedBlobs } from './referenced-blobs.ts';
import { STATE_FILES, STATE_VERSION, type StateManifest } from './state-manifest.ts';

/** Where a state comes from. */
export interface StateSource {
  readonly tasks: Pick<MovableStore, 'stored'>;
  readonly calls: Pick<CallStore, 'each'> | undefined;
  readonly artifacts: Pick<ArtifactStore, 'read'>;
  /** Writes what a subject needs and no store holds, and gives the subject that names it. */
  readonly complete?: (subject: StoredSubject, blobs: FilesystemArtifactStore) => Promise<StoredSubject>;
}

/**
 * Writes a state to a folder that appears whole or not at all. Others may work on the state meanwhile: subjects are read
 * first, and what they name is there before they name it. Throws `CliError`, and what the stores throw.
 */
export async function exportState(source: StateSource, folder: string): Promise<StateManifest> {
  const partial = `${folder}.partial`;
  await refuseTaken(folder);
  await removePartial(partial);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const blobs = await FilesystemArtifactStore.open(join(partial, STATE_FILES.blobs));
  const { complete = async (subject) => subject } = source;
  const subjects = await writeLines(
    join(partial, STATE_FILES.subjects),
    mapped(source.tasks.stored(), (subject) => complete(subject, blobs)),
  );
  const calls = await writeLines(join(partial, STATE_FILES.calls), source.calls?.each() ?? none());
  const read = async function* (digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    yield* (await blobs.holds(digest)) ? blobs.read(digest) : source.artifacts.read(digest);
  };
  const needed = new ReferencedBlobs(read);
  const copied = { files: 0, bytes: 0 };
  for await (const line of readLines(partial, STATE_FILES.subjects, subjects))
    for (const document of documentsOf(StoredSubject.parse(line)))
      for await (const digest of needed.of(document)) {
        const { bytes } = await blobs.putStream(read(digest));
        copied.files += 1;
        copied.bytes += bytes;
      }
  await rm(join(partial, STATE_FILES.blobs, 'drafts'), { recursive: true });
  const manifest: StateManifest = { format: 'mle-smith-state', version: STATE_VERSION, subjects, calls, blobs: copied };
  await writeLines(join(partial, STATE_FILES.manifest), one(manifest));
  await rename(partial, folder);
  await flush(dirname(folder));
  return manifest;
}

async function refuseTaken(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CliError('state_taken', `the folder cannot be used [path=${folder}, reason=${error.code ?? ''}]; name one that is not there`, { cause: error });
  });
  if (names === undefined) return;
  if (names.length > 0) throw new CliError('state_taken', `there is something in this folder [path=${folder}]; name one that is not there`);
  await rmdir(folder);
}

/** An export that was stopped leaves its part, and nothing else of that name is removed. */
async function removePartial(partial: string): Promise<void> {
  const names = await readdir(partial).catch(() => [] as string[]);
  const ours = new Set<string>(Object.values(STATE_FILES));
  if (names.some((name) => !ours.has(name))) throw new CliError('state_taken', `this folder is in the way, and not ours [path=${partial}]; move it away`);
  await rm(partial, { recursive: true, force: true });
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

async function* mapped<From, To>(items: AsyncIterable<From>, change: (item: From) => Promise<To>): AsyncGenerator<To, void, undefined> {
  for await (const item of items) yield change(item);
}

async function* none(): AsyncGenerator<never, void, undefined> {}

async function* one<Item>(item: Item): AsyncGenerator<Item, void, undefined> {
  yield item;
}
