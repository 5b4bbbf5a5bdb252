import type { Funnel } from '@mle-smith/contracts';
import { isMicroId } from '@mle-smith/task';
import { eachSubject } from './each-subject.ts';
import type { TaskStore } from './task-store.ts';

/** How many subjects entered and left each stage; a task counts once for a stage, whatever its generations, and micro variants do not count. */
export async function funnelOf(store: Pick<TaskStore, 'page'>): Promise<Funnel> {
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  for await (const { kind, id, state, passed } of eachSubject(store)) {
    if (isMicroId(id)) continue;
    count(kind);
    count(state);
    for (const stage of passed) count(stage);
  }
  const of = (what: string): number => counts.get(what) ?? 0;
  return {
    datasets: of('dataset'),
    refused: of('dataset.refused'),
    proposed: of('task'),
    designed: of('design'),
    designAsserted: of('assert-design'),
    refactored: of('refactor'),
    asserted: of('assert-package'),
    reviewed: of('review'),
    verified: of('task.verified'),
    abandoned: of('task.abandoned'),
  };
}
