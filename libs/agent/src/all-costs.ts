import type { Costs } from '@mle-smith/contracts';
import { eachSubject, type TaskStore } from '@mle-smith/stage-runtime';
import { isMicroId } from '@mle-smith/task';
import type { CallSpent } from './call-store.ts';
import { ledgerOf, Sums, type Spent } from './ledger.ts';
import { StageCosts, workPerVerifiedTask } from './subject-cost.ts';

/** What everything took, in one pass over subjects and one over calls. Micro variants count for their stages, and are no verified tasks of their own. */
export async function allCosts(store: Pick<TaskStore, 'page'>, calls: AsyncIterable<CallSpent> | Iterable<CallSpent>): Promise<Costs> {
  const costs = new StageCosts();
  for await (const subject of eachSubject(store)) costs.add(subject, subject.state === 'task.verified' && !isMicroId(subject.id));
  const ofTasks = new Map<string, Sums>();
  const { all, agent, stage, dataset } = await ledgerOf(watched(calls, costs, ofTasks), ['agent', 'stage', 'dataset']);
  const models = new Map<string, Readonly<Record<string, Spent>>>([...ofTasks].map(([task, sums]) => [task, sums.spent()]));
  const work = costs.all(stage);
  const verified = costs.verified(models);
  const perVerifiedTask = workPerVerifiedTask(work, verified.tasks);
  return { all, byAgent: agent, byStage: work, verified, ...(perVerifiedTask === undefined ? {} : { perVerifiedTask }), byDataset: dataset };
}

async function* watched(calls: AsyncIterable<CallSpent> | Iterable<CallSpent>, costs: StageCosts, ofTasks: Map<string, Sums>): AsyncGenerator<CallSpent> {
  for await (const call of calls) {
    const { subject, stage } = call.place;
    if (costs.isVerified(subject)) {
      const sums = ofTasks.get(subject) ?? new Sums();
      ofTasks.set(subject, sums);
      sums.add(stage, call);
    }
    yield call;
  }
}
