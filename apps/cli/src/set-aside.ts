import { join } from 'node:path';
import type { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { BlobDigest, type RunReport } from '@mle-smith/contracts';
import { ArtifactCorruptError, ArtifactMissingError, readBundleText, type ArtifactStore, type Digest } from '@mle-smith/package';
import type { SubjectRecord } from '@mle-smith/stage-runtime';
import { endState } from '@mle-smith/task';

/** A subject of which something cannot be read any more: the others go on without it. */
export type SetAside = NonNullable<RunReport['unreadable']>[number];

/** Documents that a report is made from, beside those that it does without. */
const NEEDED = ['brainstorm', 'proposal', 'assert'] as const;

/** Reads what a report needs of a subject and gives what cannot be read of it; undefined where all can. `publish` is what else is done with it. */
export async function setAsideOf(
  subject: SubjectRecord,
  artifacts: ArtifactStore & { pathOf(digest: Digest): string },
  publish: () => Promise<unknown>,
): Promise<SetAside | undefined> {
  const { id, datasetId, documents, state, code } = subject;
  let document = 'package';
  try {
    await publish();
    for (document of NEEDED) {
      const digest = documents[document];
      if (digest !== undefined) await artifacts.get(digest);
    }
    document = 'design';
    if (documents['design'] !== undefined) await readBundleText(artifacts, documents['design'], 'design.json');
    if (code !== 'platform_error') return undefined;
    // Nobody knows yet what it ended of: its next stage may have met what no report needs.
    for (const [name, digest] of Object.entries(documents)) {
      document = name;
      for (const file of [digest, ...(await filesOf(artifacts, digest))]) await artifacts.get(file);
    }
    return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    const digest = 'digest' in error ? error.digest : (documents[document === 'package' ? 'verified' : document] ?? documents[document]);
    return { id, dataset: datasetId, state, document, file: digest === undefined ? '' : artifacts.pathOf(digest), message: reasonOf(error) };
  }
}

/** Those whose rows in the file of a run's state cannot be read. */
export function damagedIn(store: Pick<SqliteTaskStore, 'damaged'>, state: string): SetAside[] {
  return store.damaged.map(({ id, document }) => ({
    id,
    dataset: id.split('--')[0] ?? id,
    document,
    file: join(state, 'state.sqlite'),
    message: 'a row of it is not what was written',
  }));
}

/** The sentence about it: what, where, and what to do. */
export function setAsideText({ id, dataset, state = '', document, file, message }: SetAside): string {
  // What ended over it does not begin again.
  const restore = state === endState('dataset') || state === endState('task') ? '' : 'restore that file from a backup and give the same command, or ';
  return `${id} is set aside: its ${document} cannot be read, ${message} [file=${file}]; ${restore}run ${dataset} with another --out`;
}

/** The files of a document that is a bundle; none of another. */
async function filesOf(artifacts: ArtifactStore, digest: Digest): Promise<Digest[]> {
  const files = (await artifacts.getBundle(digest)).map((file) => file.digest);
  // What is no bundle has no lines that begin with a digest.
  return files.filter((file) => BlobDigest.safeParse(file).success);
}

/** Content that is gone or changed, or a disk that does not give it. */
function isDamage(error: unknown): error is ArtifactCorruptError | ArtifactMissingError | NodeJS.ErrnoException {
  return error instanceof ArtifactCorruptError || error instanceof ArtifactMissingError || (error as { code?: unknown }).code === 'EIO';
}

function reasonOf(error: Error): string {
  if (error instanceof ArtifactMissingError) return 'a file of it is gone';
  return error instanceof ArtifactCorruptError ? 'a file of it is not what was written' : error.message;
}
