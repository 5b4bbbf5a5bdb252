import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { migrate, MongoState } from '@mle-smith/adapter-mongo';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { changeFor, DEFAULT_RETRY_POLICY, newSubject, type TaskStore } from '@mle-smith/stage-runtime';
import { newName, withDatabase } from '../../cluster/names.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { median } from '../statistics.ts';

/** What one claim and one change take. */
export interface QueueFigures {
  readonly store: string;
  /** Tasks that wait, all of one stage. */
  readonly tasks: number;
  readonly claimMs: number;
  readonly changeMs: number;
  /** Counts of all states, as each scrape asks for them. */
  readonly countMs: number;
  /** What this process holds after a collection. */
  readonly heapMb: number;
}

const SAMPLES = 30;
const MANY = [1_000, 100_000];
/** The stand-in keeps no index that is not unique: whatever asks by a state reads everything. */
const FEW = [500, 5_000];

/** Measures both stores, each with few and with many tasks. */
export async function measureQueue(servers: readonly RunningServer[], folder: string, standIn: boolean): Promise<readonly QueueFigures[]> {
  const sqlite = SqliteTaskStore.open(folder);
  const inFile = await grow('sqlite', sqlite, MANY);
  sqlite.close();
  const uri = withDatabase(servers.find(({ name }) => name === 'mongo')?.address ?? '', newName());
  await migrate(uri);
  const state = await MongoState.open(uri);
  const inServer = await grow('mongo', state.tasks, standIn ? FEW : MANY);
  await state.close();
  return [...inFile, ...inServer];
}

/** Heap in use, MiB, without what nobody holds any more. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

async function grow(name: string, store: TaskStore, sizes: readonly number[]): Promise<QueueFigures[]> {
  const figures: QueueFigures[] = [];
  let held = 0;
  for (const tasks of sizes) {
    const deadline = (await store.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
    for (; held < tasks; held += 1)
      await store.insert(newSubject({ id: `task-${held}`, kind: 'task', datasetId: 'dataset', state: 'task.proposed' }, deadline));
    figures.push({ store: name, tasks, ...(await sample(store)) });
  }
  return figures;
}

async function sample(store: TaskStore): Promise<Pick<QueueFigures, 'claimMs' | 'changeMs' | 'countMs' | 'heapMb'>> {
  const [claims, changes]: [number[], number[]] = [[], []];
  for (let round = 0; round < SAMPLES; round += 1) {
    const began = performance.now();
    const record = await store.claim(['task.proposed'], 'bench', 60_000);
    claims.push(performance.now() - began);
    if (record === undefined) throw new Error('the store gave nothing to do');
    const change = changeFor(record, { kind: 'advanced', documents: {} }, { stage: 'design', now: await store.now(), durationMs: 0 }, DEFAULT_RETRY_POLICY);
    const applied = performance.now();
    await store.apply(record.id, record.fence, change);
    changes.push(performance.now() - applied);
  }
  const counted = performance.now();
  await store.counts();
  return {
    claimMs: median(claims),
    changeMs: median(changes),
    countMs: Number((performance.now() - counted).toPrecision(3)),
    heapMb: heapMb(),
  };
}
