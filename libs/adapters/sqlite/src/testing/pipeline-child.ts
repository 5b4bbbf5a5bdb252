import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { InProcessEventBus, PipelineRun, newSubject } from '@mle-smith/stage-runtime';
import { BLOCKING, scriptedStages } from '@mle-smith/stage-runtime/testing';
import { SqliteTaskStore } from '../sqlite-task-store.ts';

// A process for a test to kill: takes one dataset with six tasks to their ends below the folder it is given, one of
// them over a repair, and prints a line for whatever the workers announce.
const root = process.argv[2] ?? '';
const store = SqliteTaskStore.open(root);
const artifacts = await FilesystemArtifactStore.open(`${root}/artifacts`);
await store.insert(newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.received' }, Date.now() + 3_600_000));
const pipeline = new PipelineRun({
  store,
  bus: new InProcessEventBus(),
  handlers: scriptedStages(6, {
    review: async (item) =>
      item.id === 'd-2' && item.generation === 1
        ? { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} }
        : { kind: 'advanced', documents: {} },
  }),
  workers: 2,
  context: { artifacts },
  lookMs: 1,
  onNotice: ({ record, stage, phase }) => void process.stdout.write(`${record.id} ${stage} ${phase}\n`),
});
await pipeline.start();
store.close();
