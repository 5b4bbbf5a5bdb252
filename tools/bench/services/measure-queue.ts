import { migrate, MongoState } from '@mle-smith/adapter-mongo';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { changeFor, DEFAULT_RETRY_POLICY, newSubject, type TaskStore } from '@mle-smith/stage-runtime';
import { newName, withDatabase } from '../../cluster/names.ts';
import { median } from '../statistics.ts';
import { heapOfAsking } from './heap-of-asking.ts';

/** What one claim and one change take. */
export interface QueueFigures {
  readonly store: string;
  /** Tasks that wait, all of one stage. */
  readonly tasks: number;
  readonly claimMs: number;
  readonly changeMs: number;
  /** Counts of all states, as each scrape asks for them. */
  readonly countMs: number;
  /** Most of the heap that any question to the store takes, see `heapOfAsking`. */
  readonly heapMb: number;
}

const SAMPLES = 30;
const SIZES = [1_000, 100_000];
/** Inserted at the same time. */
const BATCH = 10;
const STATE = 'task.proposed';

/** Measures both stores, each with few and with many tasks. Some five minutes where the server is the stand-in, which keeps no index that is not unique. */
export async function measureQueue(mongoUri: string, folder: string): Promise<readonly QueueFigures[]> {
  const sqlite = SqliteTaskStore.open(folder);
  const inFile = await grow('sqlite', sqlite);
  sqlite.close();
  const uri = withDatabase(mongoUri, newName());
  await migrate(uri);
  const state = await MongoState.open(uri);
  const inServer = await grow('mongo', state.tasks);
  await state.close();
  return [...inFile, ...inServer];
}

async function grow(name: string, store: TaskStore): Promise<QueueFigures[]> {
  const figures: QueueFigures[] = [];
  let held = 0;
  for (const tasks of SIZES) {
    const deadline = (await store.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
    for (; held < tasks; held += BATCH)
      await Promise.all(
        Array.from({ length: BATCH }, (_, index) =>
          store.insert(newSubject({ id: `task-${held + index}`, kind: 'task', datasetId: 'dataset', state: STATE }, deadline)),
        ),
      );
    figures.push({ store: name, tasks, ...(await sample(store)), heapMb: await heapOfAsking(store, STATE) });
  }
  return figures;
}

async function sample(store: TaskStore): Promise<Pick<QueueFigures, 'claimMs' | 'changeMs' | 'countMs'>> {
  const [claims, changes]: [number[], number[]] = [[], []];
  for (let round = 0; round < SAMPLES; round += 1) {
    const began = performance.now();
    const record = await store.claim([STATE], 'bench', 60_000);
    claims.push(performance.now() - began);
    if (record === undefined) throw new Error('the store gave nothing to do');
    const change = changeFor(record, { kind: 'advanced', documents: {} }, { stage: 'design', now: await store.now(), durationMs: 0 }, DEFAULT_RETRY_POLICY);
    const applied = performance.now();
    await store.apply(record.id, record.fence, change);
    changes.push(performance.now() - applied);
  }
  const counted = performance.now();
  await store.counts();
  return { claimMs: median(claims), changeMs: median(changes), countMs: Number((performance.now() - counted).toPrecision(3)) };
}
