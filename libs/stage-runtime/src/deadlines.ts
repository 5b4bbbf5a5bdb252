import { stageOf } from '@mle-smith/task';
import type { SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import { end } from './transitions.ts';

/** Overdue subjects that are looked at together. */
const PAGE = 100;

/** Ends what waited past its deadline and is in nobody's hands (platform ST-15), some at a time; gives the ids. */
export async function sweepOverdue(store: TaskStore): Promise<string[]> {
  const now = await store.now();
  const ended: string[] = [];
  for (const record of await store.overdue(PAGE)) {
    const stage = stageOf(record.state);
    if (stage === undefined) continue;
    if (await store.apply(record.id, record.fence, end(record, 'stuck', `no progress in ${stage} before the deadline`, { stage, now, durationMs: 0 })))
      ended.push(record.id);
  }
  return ended;
}

/** Gives what became overdue while nobody worked another term, so that a run can be taken up after any pause. */
export async function renewDeadlines(store: TaskStore, deadlineMs: number): Promise<void> {
  let renewed: number;
  do {
    const now = await store.now();
    renewed = 0;
    for (const record of await store.overdue(PAGE)) if (await renewDeadline(store, record, now + deadlineMs)) renewed += 1;
    // What somebody else changed meanwhile is his: a round that renewed nothing is the last.
  } while (renewed > 0);
}

function renewDeadline(store: TaskStore, record: SubjectRecord, deadline: number): Promise<boolean> {
  const { generation, attempts, state } = record;
  const stage = stageOf(state);
  return store.apply(record.id, record.fence, {
    deadline,
    history: {
      ...(stage === undefined ? {} : { stage }),
      generation,
      attempt: attempts,
      from: state,
      to: state,
      outcome: 'resumed',
      message: 'the deadline passed while nobody worked',
    },
  });
}
