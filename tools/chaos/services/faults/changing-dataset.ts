import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { bucketOf, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import { writeTrees } from '../../../fake-openai/testing/trees.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';
import { ask } from '../run-load.ts';

const FILE = 'orchard.csv';
const ENDED_WITHIN_SECONDS = 400;

/** Datasets of a lake that are written over while they are taken in, and once they are. */
export const changingDataset: Fault = {
  row: 36,
  name: 'changing-dataset',
  what: 'a dataset of a lake written over again and again while it is taken in; another one spoilt once it is registered',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { stage: 'ingest', outcome: 'advanced', left: 'raw' } }],
  unseen: 'what is taken is whole and stays as it was; its digest says which version it is',
  // What was going on with the two when everything was told to end.
  allowance: { attempts: 4 },
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_SOURCE_BUCKETS'] = rig.settings['S3_BUCKET'] ?? '';
  },
  inject: async (rig) => {
    const contents = await Promise.all((await writeTrees(rig.folderOf('lake'), 2)).map((folder) => readFile(join(folder, FILE))));
    const store = await FilesystemArtifactStore.open(rig.folderOf('versions'));
    const versions = new Set(await Promise.all(contents.map((bytes) => bundleOf(store, bytes))));
    await Promise.all([writtenOver(rig, contents, versions), spoilt(rig, contents[0])]);
  },
};

/** Every version is whole; which one is taken is chance, and none is a mixture. */
async function writtenOver(rig: Rig, contents: readonly Buffer[], versions: ReadonlySet<string>): Promise<void> {
  const lake = lakeOf(rig, 'changing');
  await lake.write(contents[0]);
  await submitFrom(rig, 'changing', lake.uri);
  for (let writes = 1; ; writes += 1) {
    const { state, code, documents } = await detailOf(rig, 'changing');
    if (state !== 'dataset.received') {
      rig.note(`changing was written ${writes} times and is ${state} ${code ?? ''}`);
      const whole = documents['raw'] !== undefined && versions.has(documents['raw']);
      if (!whole && code !== 'changed_while_read') rig.complaints.push(`a dataset that changed is ${state} with a content that it never had`);
      return;
    }
    await lake.write(contents[writes % contents.length]);
  }
}

/** What is registered is pinned: its tasks are made though the files are others by now. */
async function spoilt(rig: Rig, content: Buffer | undefined): Promise<void> {
  const lake = lakeOf(rig, 'spoilt');
  await lake.write(content);
  await submitFrom(rig, 'spoilt', lake.uri);
  await rig.seen('a dataset that is registered', ({ code, dataset }) => code === 'stage.advanced' && dataset === 'spoilt', { from: 0 });
  await lake.write(Buffer.from('no table'));
  await rig.seen(
    'a package of a dataset that is spoilt',
    ({ code, dataset, stage }) => code === 'stage.advanced' && stage === 'assert-package' && dataset === 'spoilt',
    {
      from: 0,
      withinSeconds: ENDED_WITHIN_SECONDS,
      evenAfterLoad: true,
    },
  );
}

async function bundleOf(store: FilesystemArtifactStore, bytes: Buffer): Promise<string> {
  return store.putBundle([{ path: FILE, digest: await store.put(bytes), bytes: bytes.length }]);
}

/** A dataset of one file below a prefix of the installation's bucket. */
function lakeOf(rig: Rig, id: string) {
  const bucket = bucketOf(readConfig(SERVER_SETTINGS, rig.settings, 'any'), rig.settings['S3_BUCKET'] ?? '');
  const key = `lake/${id}/${FILE}`;
  return {
    uri: `s3://${bucket.name}/lake/${id}/`,
    write: async (bytes: Buffer | undefined) =>
      bucket.put(
        key,
        bytes ?? Buffer.alloc(0),
        createHash('sha256')
          .update(bytes ?? '')
          .digest('base64'),
      ),
  };
}

async function submitFrom(rig: Rig, id: string, uri: string): Promise<void> {
  await ask(rig, '/v1/datasets', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id, uri }) });
}

async function detailOf(rig: Rig, id: string): Promise<{ state: string; code?: string; documents: Readonly<Record<string, string>> }> {
  return (await ask(rig, `/v1/datasets/${id}`)) as Awaited<ReturnType<typeof detailOf>>;
}
