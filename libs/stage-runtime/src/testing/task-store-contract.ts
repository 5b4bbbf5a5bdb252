import { TERMINAL_STATES } from '@mle-smith/contracts';
import { newSubject } from '../new-subject.ts';
import type { SubjectChange, SubjectRecord } from '../subject-record.ts';
import type { TaskStore } from '../task-store.ts';
import { event } from '../transitions.ts';
import { ManualClock } from './manual-clock.ts';

const LEASE_MS = 60_000;
const designed: SubjectChange = {
  state: 'task.designed',
  history: { stage: 'design', generation: 1, attempt: 1, from: 'task.proposed', to: 'task.designed', outcome: 'advanced' },
};

/** What every TaskStore must do. `open` gives a fresh store that goes by this clock; the opener closes it. */
export function taskStoreContract(open: (now: () => number) => Promise<TaskStore>): void {
  const task = (id: string, more: Partial<SubjectRecord> = {}): SubjectRecord => ({
    ...newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1),
    ...more,
  });
  const withTasks = async (...records: SubjectRecord[]) => {
    const clock = new ManualClock();
    const store = await open(clock.now);
    for (const record of records) await store.insert(record);
    const claim = () => store.claim(['task.designed', 'task.proposed'], 'me', LEASE_MS);
    return { clock, store, claim };
  };

  it('creates a subject once and gives it back', async () => {
    const { store } = await withTasks();

    expect(await store.insert(task('t', { documents: { a: 'sha256:1' } }))).toBe(true);
    expect(await store.insert(task('t', { datasetId: 'other' }))).toBe(false);

    expect(await store.get('t')).toMatchObject({ datasetId: 'd', documents: { a: 'sha256:1' }, fence: 0 });
    expect(await store.get('nobody')).toBeUndefined();
    expect((await store.list()).map(({ id }) => id)).toEqual(['t']);
    expect(await store.history('t')).toEqual([]);
  });

  it('goes by its own clock', async () => {
    const { clock, store } = await withTasks();

    expect(await store.now()).toBe(clock.now());
  });

  it('leases by order of states, then of arrival, and each subject to one worker', async () => {
    const { claim } = await withTasks(task('first'), task('second'), task('late', { state: 'task.designed' }), task('done', { state: 'task.verified' }));

    const claimed = await Promise.all([claim(), claim(), claim(), claim()]);

    expect(claimed.map((record) => record?.id)).toEqual(['late', 'first', 'second', undefined]);
    expect(claimed[0]).toMatchObject({ fence: 1, infraRetries: 0, lease: { owner: 'me' } });
  });

  it('leases nothing before its time', async () => {
    const { clock, store, claim } = await withTasks();
    await store.insert(task('t', { notBefore: clock.now() + 10 }));

    expect(await claim()).toBeUndefined();
    clock.advance(10);

    expect((await claim())?.id).toBe('t');
  });

  it('leases again what ran out, counts it as a fault of the machine and drops the late result', async () => {
    const { clock, store, claim } = await withTasks(task('t'));
    const zombie = await claim();
    clock.advance(LEASE_MS);
    const heir = await claim();

    expect(heir).toMatchObject({ id: 't', infraRetries: 1, attempts: 0 });
    expect(await store.renew('t', zombie?.fence ?? 0, LEASE_MS)).toBeUndefined();
    expect(await store.apply('t', zombie?.fence ?? 0, designed)).toBe(false);
    expect(await store.release('t', zombie?.fence ?? 0)).toBe(false);

    expect(await store.get('t')).toMatchObject({ state: 'task.proposed', lease: { owner: 'me' } });
    expect(await store.history('t')).toEqual([]);
    expect(await store.apply('t', heir?.fence ?? 0, designed)).toBe(true);
  });

  it('keeps a lease that is renewed', async () => {
    const { clock, store, claim } = await withTasks(task('t'));
    const held = await claim();
    clock.advance(LEASE_MS - 1);

    expect((await store.renew('t', held?.fence ?? 0, LEASE_MS))?.lease?.until).toBe(clock.now() + LEASE_MS);
    clock.advance(LEASE_MS - 1);

    expect(await claim()).toBeUndefined();
  });

  it('changes state, events, history and lease in one step', async () => {
    const { clock, store, claim } = await withTasks(task('t'));
    const held = await claim();
    const announced = event('task.designed', task('t'), {}, 0);

    await store.apply('t', held?.fence ?? 0, { ...designed, events: [announced] });

    const record = await store.get('t');
    expect(record).toMatchObject({ state: 'task.designed', outbox: [announced] });
    expect(record?.lease).toBeUndefined();
    expect(record).not.toHaveProperty('history');
    expect(await store.history('t')).toEqual([{ at: new Date(clock.now()).toISOString(), ...designed.history }]);
  });

  it('takes one change for each fence', async () => {
    const { store, claim } = await withTasks(task('t'));
    const held = await claim();

    expect([await store.apply('t', held?.fence ?? 0, designed), await store.apply('t', held?.fence ?? 0, designed)]).toEqual([true, false]);
    expect(await store.history('t')).toHaveLength(1);
  });

  it('takes work back without charge and refuses its result afterwards', async () => {
    const { store, claim } = await withTasks(task('t'));
    const held = await claim();

    expect(await store.release('t', held?.fence ?? 0)).toBe(true);

    expect(await store.apply('t', held?.fence ?? 0, designed)).toBe(false);
    expect(await claim()).toMatchObject({ id: 't', attempts: 0, infraRetries: 0 });
  });

  it('keeps events in order until each is settled, however often that is done', async () => {
    const { store, claim } = await withTasks(task('t'));
    const events = ['one', 'two', 'three'].map((fact) => event(fact, task('t'), {}, 0));
    await store.apply('t', (await claim())?.fence ?? 0, { ...designed, events });

    for (const _ of [1, 2]) await store.settleEvent('t', events[1]?.id ?? '');

    expect(await store.pendingEvents(10)).toEqual([events[0], events[2]].map((waiting) => ({ subject: 't', event: waiting })));
    await store.settleEvent('nobody', 'nothing');
  });

  it('takes a cancelled subject from whoever holds it', async () => {
    const { store, claim } = await withTasks(task('t', { notBefore: 0 }));
    const held = await claim();

    expect(await store.requestCancel('t')).toBe(true);
    expect(await store.requestCancel('t')).toBe(true);

    expect(await store.apply('t', held?.fence ?? 0, designed)).toBe(false);
    expect(await claim()).toMatchObject({ id: 't', cancelRequested: true, infraRetries: 0 });
  });

  it.each(TERMINAL_STATES)('cancels nothing that ended as %s', async (state) => {
    const { store } = await withTasks(task('t', { state }));

    expect(await store.requestCancel('t')).toBe(false);
    expect(await store.requestCancel('nobody')).toBe(false);
    expect((await store.get('t'))?.cancelRequested).toBe(false);
  });
}
