import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TaskStore } from '@mle-smith/stage-runtime';

/** As many as a service asks for at once, and more. */
const LIMIT = 100;

/** What services ask of a store again and again, whatever it holds: workers, the relay, the sweep, scrapes, back-pressure and the gateway. */
const QUESTIONS: Readonly<Record<string, (store: TaskStore, state: string) => Promise<unknown>>> = {
  claim: async (store, state) => {
    const record = await store.claim([state], 'bench', 60_000);
    if (record !== undefined) await store.release(record.id, record.fence);
    return record;
  },
  pendingEvents: (store) => store.pendingEvents(LIMIT),
  overdue: (store) => store.overdue(LIMIT),
  counts: (store) => store.counts(),
  firstDeadline: (store, state) => store.firstDeadline(state),
  oldest: (store, state) => store.oldest([state], LIMIT),
  depth: (store, state) => store.depth(state, LIMIT),
  page: (store, state) => store.page({ states: [state] }, LIMIT),
  unfinished: (store) => store.unfinished(),
};

/**
 * Most heap in use, MiB, right after any of these questions while its answer is in hand; each begins after a collection. It
 * does not grow with the store unless one of them reads what it does not give.
 */
export async function heapOfAsking(store: TaskStore, state: string): Promise<number> {
  let most = 0;
  for (const ask of Object.values(QUESTIONS)) {
    collectGarbage();
    const answer = await ask(store, state);
    most = Math.max(most, process.memoryUsage().heapUsed);
    if (answer === null) throw new Error('a store answers with null');
  }
  return Math.round(most / 2 ** 20);
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
