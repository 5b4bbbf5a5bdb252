import { isTerminal, stageOf } from '@mle-smith/task';
import { eachSubject } from './each-subject.ts';
import { lostBefore, withLost } from './lost-attempts.ts';
import { sinceReceived, type WorkNotice } from './station.ts';
import type { SubjectChange, SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import { end } from './transitions.ts';

/** Overdue subjects that are looked at together. */
const PAGE = 100;

/** Ends what waited past its deadline and is in nobody's hands (platform ST-15), some at a time; gives what is to be told of each. */
export async function sweepOverdue(store: TaskStore): Promise<WorkNotice[]> {
  const now = await store.now();
  const ended: WorkNotice[] = [];
  for (const record of await store.overdue(PAGE)) {
    const stage = stageOf(record.state);
    if (stage === undefined) continue;
    const [code, message] = ['stuck', `no progress in ${stage} before the deadline`];
    const change = end(left(record, now), code, message, { stage, now, durationMs: 0 });
    const { to, outcome } = change.history;
    if (await store.apply(record.id, record.fence, change))
      ended.push({ record, stage, phase: 'overdue', to, outcome, code, message, ...sinceReceived(record, to, now) });
  }
  return ended;
}

/** A subject that is overdue in nobody's hands: its last worker may have gone, and nobody came after it. */
function left(record: SubjectRecord, now: number): SubjectRecord {
  return record.lease === undefined ? record : { ...record, lost: withLost(record.lost, [record.lease.owner], now) };
}

/** Gives what became overdue while nobody worked another term, so that a run can be taken up after any pause. */
export async function renewDeadlines(store: TaskStore, deadlineMs: number): Promise<void> {
  let renewed: number;
  do {
    const now = await store.now();
    renewed = 0;
    for (const record of await store.overdue(PAGE)) if (await renewDeadline(store, left(record, now), now + deadlineMs)) renewed += 1;
    // What somebody else changed meanwhile is his: a round that renewed nothing is the last.
  } while (renewed > 0);
}

function renewDeadline(store: TaskStore, record: SubjectRecord, deadline: number): Promise<boolean> {
  return store.apply(record.id, record.fence, { deadline, history: resumption(record, 'the deadline passed while nobody worked') });
}

/** Lets go on at once what waits for a retry of this code, with all its rounds before it: somebody saw to it. */
export async function resumeWaiting(store: TaskStore, code: string): Promise<void> {
  const now = await store.now();
  for await (const record of eachSubject(store)) {
    if (isTerminal(record.state) || record.notBefore <= now) continue;
    if ((await store.historyEnd(record.id, 1)).rows[0]?.code !== code) continue;
    await store.apply(record.id, record.fence, { notBefore: 0, infraRetries: 0, history: resumption(record, `it goes on after ${code}`) });
  }
}

function resumption(record: SubjectRecord, message: string): SubjectChange['history'] {
  const { generation, attempts, state } = record;
  const stage = stageOf(state);
  return {
    ...(stage === undefined ? {} : { stage }),
    generation,
    attempt: attempts,
    from: state,
    to: state,
    outcome: 'resumed',
    message,
    ...lostBefore(record),
  };
}
