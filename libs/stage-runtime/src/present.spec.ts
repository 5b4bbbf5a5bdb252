import { newSubject } from './new-subject.ts';
import { oldestOpen, presentOf } from './present.ts';
import type { HistoryRow, SubjectRecord } from './subject-record.ts';
import { InMemoryTaskStore } from './testing/in-memory-task-store.ts';
import { DEFAULT_RETRY_POLICY } from './transitions.ts';

const NOW = Date.parse('2026-11-29T12:00:00.000Z');
const CAME = '2026-11-29T09:00:00.000Z';
const at = (seconds: number): number => NOW + seconds * 1_000;
const open = (more: Partial<SubjectRecord> = {}): SubjectRecord => ({
  ...newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.reviewed' }, Date.parse(CAME) + DEFAULT_RETRY_POLICY.deadlineMs),
  ...more,
});
const line = (more: Partial<HistoryRow>): HistoryRow => ({
  at: CAME,
  stage: 'execute',
  generation: 1,
  attempt: 1,
  from: 'task.reviewed',
  to: 'task.reviewed',
  outcome: 'retry',
  ...more,
});
const reviewed = line({ stage: 'review', from: 'task.asserted', outcome: 'advanced' });
const EARLIER = '2026-11-29T08:30:00.000Z';
const waiting = { stage: 'execute', since: CAME, attempt: 1, cancelRequested: false, deadline: '2026-11-30T09:00:00.000Z' };
const lease = { owner: 'execute-1', until: at(30), since: at(-60) };

describe('what becomes of a dataset or task now', () => {
  it('waits for its stage since the step that brought it there, or since it came', () => {
    expect(presentOf(open({ since: Date.parse(EARLIER) }), reviewed, { now: NOW })).toEqual({ doing: 'waits', ...waiting, since: EARLIER });
    expect(presentOf(open({ state: 'task.proposed' }), undefined, { now: NOW })).toMatchObject({ doing: 'waits', stage: 'design', since: CAME });
  });

  it('is at work since it was claimed, by whom; or was left, where the lease ran out or nobody works on the store', () => {
    const working = { ...waiting, worker: 'execute-1', workSince: '2026-11-29T11:59:00.000Z', leaseUntil: '2026-11-29T12:00:30.000Z' };

    expect(presentOf(open({ lease }), reviewed, { now: NOW })).toEqual({ doing: 'works', ...working });
    expect(presentOf(open({ lease }), reviewed, { now: NOW, atWork: false })).toEqual({ doing: 'left', ...working });
    expect(presentOf(open({ lease }), reviewed, { now: at(31) })).toEqual({ doing: 'left', ...working });
  });

  it('waits for a retry, which one of how many, and why', () => {
    const retry = line({ code: 'pod_lost', message: 'pod_lost: gone', mostRetries: 100 });

    expect(presentOf(open({ infraRetries: 3, notBefore: at(12) }), retry, { now: NOW })).toEqual({
      doing: 'retries',
      ...waiting,
      again: '2026-11-29T12:00:12.000Z',
      retries: 3,
      mostRetries: 100,
      reason: 'pod_lost: gone',
    });
  });

  it('has a reason still when its pause is over, and after a fault of this program as many tries as its stage has', () => {
    const failed = line({ outcome: 'failed', message: 'no such field' });

    expect(presentOf(open({ attempts: 1 }), failed, { now: NOW })).toMatchObject({
      doing: 'waits',
      attempt: 2,
      retries: 1,
      mostRetries: 2,
      reason: 'no such field',
    });
    expect(presentOf(open({ attempts: 0 }), reviewed, { now: NOW })).not.toHaveProperty('reason');
  });

  it('counts no retry that is free, and says where it is to be cancelled', () => {
    const present = presentOf(open({ cancelRequested: true }), line({ code: 'budget_exceeded', message: 'no money' }), { now: NOW });

    expect(present).toMatchObject({ cancelRequested: true, reason: 'no money' });
    expect(present).not.toHaveProperty('retries');
  });

  it('is nothing once it has ended', () => {
    expect(presentOf(open({ state: 'task.verified' }), undefined, { now: NOW })).toBeUndefined();
  });
});

describe('what has made no step for longest', () => {
  it('is told of everything that is open, the oldest first, and no more than asked', async () => {
    const store = new InMemoryTaskStore(() => NOW);
    const hour = 3_600_000;
    store.plant(open({ id: 'a' }), [reviewed]);
    store.plant(open({ id: 'older', state: 'task.proposed', deadline: open().deadline - hour }));
    store.plant({ ...open({ id: 'd', state: 'dataset.received', deadline: open().deadline + hour }), kind: 'dataset' });
    store.plant(open({ id: 'ended', state: 'task.abandoned', deadline: 1 }));

    expect((await oldestOpen(store, 9)).map(({ id, kind, present }) => [id, kind, present.stage, present.since])).toEqual([
      ['older', 'task', 'design', '2026-11-29T08:00:00.000Z'],
      ['a', 'task', 'execute', CAME],
      ['d', 'dataset', 'ingest', '2026-11-29T10:00:00.000Z'],
    ]);
    expect(await oldestOpen(store, 1)).toHaveLength(1);
  });
});
