import { ArtifactMissingError, checkBundlePaths, putJson, UnsafePathError, type ArtifactStore, type BundleFile } from '@mle-smith/package';
import type { DatasetLocation, Submission } from '@mle-smith/contracts';
import { HttpProblem } from '@mle-smith/service';
import { newDataset, type TaskStore } from '@mle-smith/stage-runtime';
import { checkDatasetUri } from '../dataset-uri.ts';
import type { Handlers } from './mount.ts';

interface Stores {
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  readonly buckets: readonly string[];
}

/** Files whose sizes the store is asked for at the same time; a dataset may have 200,000. */
const ASKED_AT_ONCE = 16;

/** Takes datasets: writes down where their files are, and makes the subject that ingest waits for. */
export function submitHandlers(stores: Stores): Handlers<'submitDataset'> {
  const { store, artifacts } = stores;
  return {
    async submitDataset({ body, response }) {
      const { id } = body;
      const location = await putJson(artifacts, await locationOf(body, stores));
      response.set('Location', `/v1/datasets/${id}`);
      const record = newDataset({ id, documents: { location } }, await store.now());
      if (await store.insert(record)) return { status: 201, body: { id, state: record.state, created: true } };
      const known = await store.get(id);
      if (known?.documents['location'] !== location)
        throw new HttpProblem('conflict', `another dataset, or other files, have this id already [id=${id}]; choose another id`, { members: { id } });
      return { body: { id, state: known.state, created: false } };
    },
  };
}

async function locationOf(body: Submission, { artifacts, buckets }: Stores): Promise<DatasetLocation> {
  if ('uri' in body) {
    checkDatasetUri(body.uri, buckets);
    return { kind: 's3', uri: body.uri };
  }
  checkPaths(body.files);
  try {
    await checkFiles(artifacts, body.files);
    return { kind: 'bundle', bundle: await artifacts.putBundle(body.files), ...(body.name === undefined ? {} : { name: body.name }) };
  } catch (error) {
    if (!(error instanceof ArtifactMissingError)) throw error;
    throw new HttpProblem('unprocessable', 'a file was not uploaded before; send it to /v1/blobs', { cause: error });
  }
}

/** Files that cannot lie in one folder together are refused before anything is stored. */
function checkPaths(files: readonly BundleFile[]): void {
  try {
    checkBundlePaths(files.map(({ path }) => path));
  } catch (error) {
    if (!(error instanceof UnsafePathError)) throw error;
    throw new HttpProblem('invalid_request', error.message, { members: { path: error.path }, cause: error });
  }
}

/** The store is asked, not the caller, how many bytes a file has; once, however many paths share it. Nothing is read: ingest does, and sees whether the bytes are right. */
async function checkFiles(artifacts: ArtifactStore, files: readonly BundleFile[]): Promise<void> {
  const digests = [...new Set(files.map(({ digest }) => digest))];
  const sizes = new Map<string, number>();
  for (let from = 0; from < digests.length; from += ASKED_AT_ONCE)
    await Promise.all(digests.slice(from, from + ASKED_AT_ONCE).map(async (digest) => sizes.set(digest, await artifacts.sizeOf(digest))));
  for (const file of files) checkSize(file, sizes.get(file.digest) ?? 0);
}

function checkSize({ path, bytes }: BundleFile, found: number): void {
  if (found !== bytes)
    throw new HttpProblem('unprocessable', `the file has ${found} bytes [path=${JSON.stringify(path)}, stated=${bytes}]`, { members: { path } });
}
