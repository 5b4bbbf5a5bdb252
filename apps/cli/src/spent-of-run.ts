import { access } from 'node:fs/promises';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { spentBy, spentOn, spentText, type CallSpent, type CallStore, type Spent } from '@mle-smith/agent';
import type { RunReport } from '@mle-smith/contracts';
import { runFolders } from './workshop.ts';

/** What the model calls of a run took; none where none were made. */
export async function callsOf(out: string): Promise<readonly CallSpent[]> {
  const { calls } = runFolders(out);
  return access(calls).then(
    () => spentIn(FilesystemCallStore.openReader(calls)),
    () => [],
  );
}

/** What the calls of a store took. */
export async function spentIn(store: CallStore): Promise<readonly CallSpent[]> {
  const spent: CallSpent[] = [];
  for await (const call of store.spent()) spent.push(call);
  return spent;
}

/** The sums that a report gives: of all calls, of those since a time (ms since the epoch), by agent and by model. Undefined where there are none. */
export function modelsReport(calls: readonly CallSpent[], since: number): RunReport['models'] {
  if (calls.length === 0) return undefined;
  const models = [...new Set(calls.map(({ identity }) => identity.model))].sort();
  return {
    all: spentOn(calls),
    now: spentOn(calls.filter(({ at }) => at >= since)),
    byAgent: spentBy(calls, 'agent'),
    byModel: Object.fromEntries(models.map((model) => [model, spentOn(calls.filter(({ identity }) => identity.model === model))])),
  };
}

/** Such sums for a person: the first line is that of all, and names the models; the others are those of agents. */
export function modelLines({ all, now, byAgent, byModel = {} }: NonNullable<RunReport['models']>): string[] {
  const models = Object.keys(byModel).join(', ');
  const ofNow = now === undefined || now.calls === all.calls ? '' : `; of these now: ${spentText(now)}`;
  return [`${models === '' ? 'models' : models}: ${spentText(all)}${ofNow}`, ...agentLines(byAgent)];
}

/** What each agent took, a line each. */
export function agentLines(byAgent: Readonly<Record<string, Spent>>): string[] {
  return Object.entries(byAgent).map(([agent, spent]) => `  ${agent.padEnd(14)} ${spentText(spent)}`);
}
