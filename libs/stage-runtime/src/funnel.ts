import type { Funnel, StageName } from '@mle-smith/contracts';
import { isMicroId } from '@mle-smith/task';
import { eachSubject } from './each-subject.ts';
import type { TaskStore } from './task-store.ts';

/** The figure of each stage that lies between a proposal and its end. */
const PASSED = {
  design: 'designed',
  'assert-design': 'designAsserted',
  refactor: 'refactored',
  'assert-package': 'asserted',
  review: 'reviewed',
} as const satisfies Readonly<Record<Exclude<StageName, 'ingest' | 'brainstorm' | 'execute'>, keyof Funnel>>;

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
    ...(Object.fromEntries(Object.entries(PASSED).map(([stage, figure]) => [figure, of(stage)])) as Pick<Funnel, (typeof PASSED)[keyof typeof PASSED]>),
    verified: of('task.verified'),
    abandoned: of('task.abandoned'),
  };
}
