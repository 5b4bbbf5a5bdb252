import { extract } from 'tar-stream';
import { pipeline } from 'node:stream/promises';
import type { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { TOLD_DOCUMENTS, type SubjectDetail } from '@mle-smith/contracts';
import { putJson, type ArtifactStore, type BundleFile, type Digest } from '@mle-smith/package';
import { CliError } from '../cli-error.ts';
import type { Client } from './client.ts';
import { unreachable } from './server-errors.ts';

/** A store of this machine, which takes a file as it arrives: the raw data of a package may be more than memory holds. */
type Mirror = Pick<FilesystemArtifactStore, 'putStream' | 'putBundle'>;

/** Brings the package of a verified task into a store of this machine; its digest must be the one that the server states. */
export async function fetchPackage(client: Client, { id, documents }: SubjectDetail, artifacts: Mirror, signal: AbortSignal): Promise<Digest> {
  const answer = await client.open('downloadPackage', { params: { id }, signal });
  if (answer.headers.get('x-package-parts') !== 'whole') {
    await answer.body?.cancel();
    throw new CliError('forbidden', `the key of the server shows packages without their answers only [task=${id}]; a whole one needs the role submitter`);
  }
  const files: BundleFile[] = [];
  const archive = extract();
  const stored = (async () => {
    for await (const entry of archive) files.push({ path: entry.header.name, ...(await artifacts.putStream(entry as AsyncIterable<Uint8Array>)) });
  })();
  // What is told first is the cause; the store has put away what it began with before it is told.
  await Promise.all([pipeline(chunksOf(answer, client.server, signal), archive), stored]).finally(() => stored.catch(() => undefined));
  const bundle = await artifacts.putBundle(files);
  if (bundle !== documents['verified']) throw damaged(id, 'package');
  return bundle;
}

/** Brings the documents that reports are made from into a store of this machine. */
export async function fetchDocuments(client: Client, { id, kind, documents }: SubjectDetail, artifacts: ArtifactStore, signal: AbortSignal): Promise<void> {
  for (const name of TOLD_DOCUMENTS) {
    const digest = documents[name];
    if (digest === undefined) continue;
    const document = await client.ask(kind === 'task' ? 'taskDocument' : 'datasetDocument', { params: { id, name }, signal });
    if ((await putJson(artifacts, document)) !== digest) throw damaged(id, name);
  }
}

/** The bytes of an answer. Throws `CliError` where it breaks off. */
async function* chunksOf({ body }: Response, server: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (error) {
    throw signal.aborted ? error : unreachable(server, error);
  }
}

function damaged(id: string, what: string): CliError {
  return new CliError('download_damaged', `what the server gave is not what it says [subject=${id}, what=${what}]; try again`);
}
