import type { Fault } from '../fault.ts';
import { ask } from '../run-load.ts';
import type { Rig } from '../rig.ts';

/** Enough for the Designer of the load and not for its judges. */
const TOKENS = 50_000;
const ENDED_WITHIN_SECONDS = 30;

interface Told {
  readonly code?: string;
  readonly cost: { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number };
}

/** A task needs more than it may take: it waits, asks nothing more, and what it took is known to the token. */
export const budgetReached: Fault = {
  row: 24,
  name: 'budget-reached',
  what: `a budget of ${TOKENS} tokens for a task, which has no room for its judges; the task that waits for more is cancelled`,
  load: 'agents',
  recoverWithinSeconds: 60,
  told: [{ step: { outcome: 'retry', code: 'budget_exceeded' } }],
  // The one that found no room.
  allowance: { attempts: 1 },
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_BUDGET'] = `task=${TOKENS}tokens`;
  },
  inject: async (rig) => {
    const { task = '', dataset = '' } = await rig.seen(
      'a task that waits for a larger budget',
      ({ code, data }) => code === 'stage.retried' && JSON.stringify(data).includes('budget_exceeded'),
      { from: 0 },
    );
    rig.cancelled.add(task);
    await agreesWithEndpoint(rig, task, dataset);
    await ask(rig, `/v1/tasks/${task}/cancel`, { method: 'POST' });
    await rig.until('the end of the task', async () => ((await ask(rig, `/v1/tasks/${task}`)) as Told).code === 'cancelled', ENDED_WITHIN_SECONDS);
  },
};

/** Complains where the ledger has other calls than the endpoint saw, or the task took more than it may. */
async function agreesWithEndpoint(rig: Rig, task: string, dataset: string): Promise<void> {
  const [ofTask, ofDataset] = (await Promise.all([`tasks/${task}`, `datasets/${dataset}`].map((path) => ask(rig, `/v1/${path}`)))) as [Told, Told];
  const kept = ofTask.cost.calls + ofDataset.cost.calls;
  const seen = rig.endpoint?.seen.different ?? 0;
  if (kept !== seen) rig.complaints.push(`the ledger has ${kept} calls, and the endpoint saw ${seen}`);
  const taken = ofTask.cost.inputTokens + ofTask.cost.outputTokens;
  if (taken === 0 || taken > TOKENS) rig.complaints.push(`the task took ${taken} tokens of ${TOKENS}`);
}
