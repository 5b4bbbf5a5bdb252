import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { FilesystemArtifactStore, FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { own, type DatasetLocation } from '@mle-smith/contracts';
import { IngestConfig, refusalOf, snapshot } from '@mle-smith/ingest';
import { putJson } from '@mle-smith/package';
import type { StoredSubject } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { knownFolders } from '../dataset-folders.ts';
import { damagedIn, setAsideText } from '../set-aside.ts';
import { openArchive, openRunState, runFolders } from '../workshop.ts';
import type { StateSource } from './export-state.ts';
import type { StateTarget } from './import-state.ts';

/** The state of a run directory, also while a run is at work in it. */
export async function embeddedSource(out: string): Promise<StateSource & { readonly close: () => void }> {
  const folders = runFolders(out);
  const { store, artifacts, close } = await openArchive(out);
  const [aside] = damagedIn(store, folders.state);
  if (aside !== undefined) {
    close();
    throw new CliError('state_damaged', `a state is not taken elsewhere without all that is in it: ${setAsideText(aside)}`);
  }
  const hasCalls = await access(folders.calls).then(
    () => true,
    () => false,
  );
  const raw = await knownFolders(folders.state);
  return {
    tasks: store,
    calls: hasCalls ? FilesystemCallStore.openReader(folders.calls) : undefined,
    artifacts,
    complete: (subject, blobs) => withRawFiles(subject, own(raw, subject.record.id), blobs),
    close,
  };
}

/** A dataset that is not read yet lies in a folder of this machine: its files go along. */
async function withRawFiles(subject: StoredSubject, folder: string | undefined, blobs: FilesystemArtifactStore): Promise<StoredSubject> {
  const { record } = subject;
  if (record.state !== 'dataset.received' || record.documents['location'] !== undefined) return subject;
  try {
    const bundle = await blobs.putBundle(await snapshot(folder ?? '', blobs, IngestConfig.parse({})));
    const location = await putJson(blobs, { kind: 'bundle', bundle, name: basename(folder ?? '') } satisfies DatasetLocation);
    return { ...subject, record: { ...record, documents: { ...record.documents, location } } };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new CliError(refusal.code, `the dataset ${record.id} is not read yet and its folder cannot be: ${refusal.message}; mend that, or cancel it`, {
      cause: error,
    });
  }
}

/** A run directory that a state goes to; nobody else works in it until it is closed. */
export async function embeddedTarget(out: string): Promise<StateTarget & { readonly close: () => void }> {
  const folders = runFolders(out);
  const store = await openRunState(out);
  const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
  const calls = await FilesystemCallStore.open(folders.calls);
  return {
    tasks: store,
    calls,
    put: async (_, chunks) => (await artifacts.putStream(chunks)).digest,
    readsBuckets: false,
    close: () => store.close(),
  };
}
