import { mkdirSync } from 'node:fs';
import { FilesystemArtifactStore, FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { recordOf } from '@mle-smith/agent/testing';
import { putFiles, putJson } from '@mle-smith/package';
import { InProcessEventBus, newSubject, PipelineRun } from '@mle-smith/stage-runtime';
import { scriptedStages } from '@mle-smith/stage-runtime/testing';
import { runFolders } from '../../workshop.ts';

const FAR = 4_102_444_800_000;

/** Stages that leave packages, transcripts and calls as real ones do, without a sandbox. */
const STAGES = scriptedStages(2, {
  execute: async (item, { artifacts }) => {
    const transcript = await putJson(artifacts, { said: item.id });
    const execute = await putJson(artifacts, { agent: { transcript }, note: `sha256:${'0'.repeat(64)}` });
    const verified = await artifacts.putBundle(await putFiles(artifacts, { 'task.json': item.id, 'data/public/train.csv': 'x\n1\n', 'a b/ü': '' }));
    return { kind: 'advanced', documents: { execute, verified } };
  },
});

/** Takes a run directory's subjects on, until one has come to `until`; to the end where none is named. */
export async function workIn(out: string, until?: string): Promise<void> {
  const folders = runFolders(out);
  const store = SqliteTaskStore.open(folders.state);
  try {
    const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
    const run = new PipelineRun({
      store,
      bus: new InProcessEventBus(),
      handlers: STAGES,
      workers: 2,
      context: { artifacts },
      onNotice: ({ phase, to }) => {
        if (phase === 'finished' && to === until) void run.drain();
      },
    });
    await run.start();
  } finally {
    store.close();
  }
}

/** Adds datasets whose files nobody has read yet. */
export async function addDatasets(out: string, count: number): Promise<void> {
  const folders = runFolders(out);
  const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
  const store = SqliteTaskStore.open(folders.state);
  const bundle = await artifacts.putBundle(await putFiles(artifacts, { 'a.csv': 'x\n1\n' }));
  for (let number = 1; number <= count; number += 1) {
    const location = await putJson(artifacts, { kind: 'bundle', bundle, name: `lake ${number}` });
    await store.insert(
      newSubject({ id: `lake-${number}`, kind: 'dataset', datasetId: `lake-${number}`, state: 'dataset.received', documents: { location } }, FAR),
    );
  }
  store.close();
}

/** A run directory whose work was cut off half way: two datasets with tasks in several states, one whose files nobody has read yet, two calls of models. */
export async function livedState(out: string): Promise<void> {
  const folders = runFolders(out);
  mkdirSync(folders.state, { recursive: true });
  const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
  const store = SqliteTaskStore.open(folders.state);
  for (const id of ['pears', 'plums']) await store.insert(newSubject({ id, kind: 'dataset', datasetId: id, state: 'dataset.received', priority: 1 }, FAR));
  store.close();
  await workIn(out, 'task.asserted');
  const calls = await FilesystemCallStore.open(folders.calls);
  for (const key of ['one', 'two']) await calls.put(recordOf({ key }));
  const later = SqliteTaskStore.open(folders.state);
  const bundle = await artifacts.putBundle(await putFiles(artifacts, { 'a.csv': 'x\n1\n' }));
  const location = await putJson(artifacts, { kind: 'bundle', bundle, name: 'figs' });
  await later.insert(newSubject({ id: 'figs', kind: 'dataset', datasetId: 'figs', state: 'dataset.received', documents: { location } }, FAR));
  // Somebody holds it and dies.
  await later.claim(['dataset.received'], 'dead', 3_600_000);
  later.close();
}
