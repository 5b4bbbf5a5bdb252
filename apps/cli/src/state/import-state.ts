import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { CallRecord, type CallStore } from '@mle-smith/agent';
import { DatasetLocation } from '@mle-smith/contracts';
import type { Digest } from '@mle-smith/package';
import { checkSize, DEFAULT_RETRY_POLICY, StoredSubject, type MovableStore } from '@mle-smith/stage-runtime';
import { isTerminal } from '@mle-smith/task';
import { CliError } from '../cli-error.ts';
import { BlobFolder } from './blob-folder.ts';
import { readLines } from './json-lines.ts';
import { openRegular } from '@mle-smith/adapter-filesystem';
import { documentsOf, ReferencedBlobs } from './referenced-blobs.ts';
import { invalidState } from './state-error.ts';
import { STATE_FILES, STATE_VERSION, StateManifest } from './state-manifest.ts';

/** Where a state goes to. */
export interface StateTarget {
  readonly tasks: MovableStore & { now(): Promise<number> };
  readonly calls: Pick<CallStore, 'put'>;
  /** Counts the calls that are there towards budgets, where the place keeps a book of them; again changes nothing. */
  readonly bookCalls?: () => Promise<void>;
  readonly put: (digest: Digest, chunks: AsyncIterable<Uint8Array>) => Promise<Digest>;
  /** Whether datasets may lie in buckets there. */
  readonly readsBuckets: boolean;
}

/** What an import did. */
export interface ImportedState {
  readonly subjects: number;
  /** How many of them an earlier import of the same state had brought. */
  readonly there: number;
  readonly calls: number;
  readonly blobs: StateManifest['blobs'];
}

const LARGEST_MANIFEST_BYTES = 64 * 1024;

/**
 * Brings a state from a folder that strangers may have made into an empty store: all of it is checked, blobs as they are
 * copied, and subjects are written last. Where it is stopped, doing it again completes it; done, again changes nothing.
 * Open subjects get a new term, as a run does that is taken up again. Throws `CliError`, and what the stores throw.
 */
export async function importState(folder: string, target: StateTarget): Promise<ImportedState> {
  const manifest = await readManifest(folder);
  const blobs = new BlobFolder(join(folder, STATE_FILES.blobs));
  await checkLines(folder, manifest, blobs, target);
  const there = await beginning(folder, manifest, target.tasks);
  await copyBlobs(folder, manifest, blobs, target);
  for await (const call of readLines(folder, STATE_FILES.calls, manifest.calls)) await target.calls.put(CallRecord.parse(call));
  await target.bookCalls?.();
  const deadline = (await target.tasks.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
  let subjects = 0;
  for await (const subject of subjectsOf(folder, manifest)) {
    subjects += 1;
    if (subjects > there && !(await target.tasks.restore(withTerm(subject, deadline)))) throw notEmpty(subject.record.id);
  }
  return { subjects, there, calls: manifest.calls.lines, blobs: manifest.blobs };
}

async function readManifest(folder: string): Promise<StateManifest> {
  const file = await openRegular(join(folder, STATE_FILES.manifest));
  if (typeof file === 'string') throw invalidState(folder, `it has no ${STATE_FILES.manifest}, which is written last`);
  try {
    if ((await file.stat()).size > LARGEST_MANIFEST_BYTES) throw invalidState(folder, `${STATE_FILES.manifest} is too large`);
    const told = JSON.parse(await file.readFile('utf8').catch(() => '')) as { version?: unknown } | null;
    if (typeof told?.version === 'number' && told.version > STATE_VERSION)
      throw new CliError(
        'state_newer',
        `the state was exported by a newer mle-smith; use that version [path=${folder}, found=${told.version}, known=${STATE_VERSION}]`,
      );
    return StateManifest.parse(told);
  } catch (error) {
    throw error instanceof CliError ? error : invalidState(folder, `${STATE_FILES.manifest} is none of ours`, error);
  } finally {
    await file.close();
  }
}

async function* subjectsOf(folder: string, manifest: StateManifest): AsyncGenerator<StoredSubject, void, undefined> {
  let line = 0;
  for await (const value of readLines(folder, STATE_FILES.subjects, manifest.subjects)) {
    line += 1;
    const read = StoredSubject.safeParse(value);
    if (!read.success) throw invalidState(folder, `line ${line} of ${STATE_FILES.subjects} is no subject: ${read.error.issues[0]?.message ?? ''}`, read.error);
    yield read.data;
  }
}

/** Looks at every line before anything is written anywhere. */
async function checkLines(folder: string, manifest: StateManifest, blobs: BlobFolder, { readsBuckets }: StateTarget): Promise<void> {
  const kinds = new Map<string, string>();
  const datasets = new Set<string>();
  for await (const { record } of subjectsOf(folder, manifest)) {
    const { id, kind, datasetId } = record;
    if (kinds.has(id)) throw invalidState(folder, `two subjects are called ${id}`);
    checkSize(record);
    kinds.set(id, kind);
    datasets.add(datasetId);
    if (record.state === 'dataset.received') await checkLocation(record.documents['location'], record.id, folder, blobs, readsBuckets);
  }
  for (const id of datasets) if (kinds.get(id) !== 'dataset') throw invalidState(folder, `subjects belong to a dataset that is not there: ${id}`);
  let line = 0;
  for await (const call of readLines(folder, STATE_FILES.calls, manifest.calls)) {
    line += 1;
    if (!CallRecord.safeParse(call).success) throw invalidState(folder, `line ${line} of ${STATE_FILES.calls} is no call of a model`);
  }
}

/** What is not read yet has to be found where the state goes to. */
async function checkLocation(digest: Digest | undefined, id: string, folder: string, blobs: BlobFolder, readsBuckets: boolean): Promise<void> {
  if (digest === undefined) throw invalidState(folder, `nothing says where the files of the dataset ${id} are`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.read(digest)) chunks.push(chunk);
  const location = DatasetLocation.parse(JSON.parse(Buffer.concat(chunks).toString()));
  if (location.kind === 's3' && !readsBuckets)
    throw new CliError(
      'dataset_elsewhere',
      `the dataset ${id} is not read yet and lies in a bucket, which a run on this machine cannot read [uri=${location.uri}]; let the cluster read it, and export again`,
    );
}

/** How many subjects are there of those that this import would write first. Throws where anything else is there. */
async function beginning(folder: string, manifest: StateManifest, tasks: MovableStore): Promise<number> {
  const expected = subjectsOf(folder, manifest);
  let there = 0;
  try {
    for await (const found of tasks.stored()) {
      const next = await expected.next();
      if (next.done === true || !isDeepStrictEqual(timeless(StoredSubject.parse(found)), timeless(next.value))) throw notEmpty(found.record.id);
      there += 1;
    }
    return there;
  } finally {
    await expected.return();
  }
}

function notEmpty(id: string): CliError {
  return new CliError('state_not_empty', `there is work already where the state should go, and an import writes over nothing [id=${id}]; name an empty place`);
}

/** The same but for its term, which begins with the import. */
function timeless(subject: StoredSubject): StoredSubject {
  return withTerm(subject, 0);
}

function withTerm(subject: StoredSubject, deadline: number): StoredSubject {
  return isTerminal(subject.record.state) ? subject : { ...subject, record: { ...subject.record, deadline } };
}

async function copyBlobs(folder: string, manifest: StateManifest, blobs: BlobFolder, { put }: StateTarget): Promise<void> {
  const needed = new ReferencedBlobs((digest) => blobs.read(digest));
  let [files, bytes] = [0, 0];
  const metered = async function* (digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of blobs.read(digest)) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  for await (const subject of subjectsOf(folder, manifest))
    for (const document of documentsOf(subject))
      for await (const digest of needed.of(document)) {
        files += 1;
        if ((await put(digest, metered(digest))) !== digest) throw invalidState(folder, `a blob changed while it was read [digest=${digest}]`);
      }
  if (files !== manifest.blobs.files || bytes !== manifest.blobs.bytes)
    throw invalidState(folder, `it needs ${files} blobs of ${bytes} bytes, and the manifest tells of ${manifest.blobs.files} of ${manifest.blobs.bytes}`);
}
