import { stageOf } from '@mle-smith/task';
import type { TaskStore } from './task-store.ts';
import { end } from './transitions.ts';

/** Ends what waited past its deadline and is in nobody's hands (platform ST-15); gives the ids. */
export async function sweepOverdue(store: TaskStore): Promise<string[]> {
  const now = await store.now();
  const ended: string[] = [];
  for (const record of await store.list()) {
    const stage = stageOf(record.state);
    if (stage === undefined || record.deadline > now || record.lease !== undefined) continue;
    if (await store.apply(record.id, record.fence, end(record, 'stuck', `no progress in ${stage} before the deadline`, { stage, now, durationMs: 0 })))
      ended.push(record.id);
  }
  return ended;
}

/** Gives what became overdue while nobody worked another term, so that a run can be taken up after any pause. */
export async function renewDeadlines(store: TaskStore, deadlineMs: number): Promise<void> {
  const now = await store.now();
  for (const record of await store.list()) {
    const stage = stageOf(record.state);
    if (stage === undefined || record.deadline > now || record.lease !== undefined) continue;
    await store.apply(record.id, record.fence, {
      deadline: now + deadlineMs,
      history: {
        stage,
        generation: record.generation,
        attempt: record.attempts,
        from: record.state,
        to: record.state,
        outcome: 'resumed',
        message: 'the deadline passed while nobody worked',
      },
    });
  }
}
