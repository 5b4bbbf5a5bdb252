import { TERMINAL_STATES, type ReasonCode } from '@mle-smith/contracts';
import { sweepOverdue } from './deadlines.ts';
import { funnelOf } from './funnel.ts';
import { newSubject } from './new-subject.ts';
import { reopen } from './reopen.ts';
import type { StageHandler, StageOutcome } from './stage.ts';
import { Bench } from './testing/bench.ts';
import { BLOCKING } from './testing/scripted-stages.ts';
import { DEFAULT_RETRY_POLICY } from './transitions.ts';

const HOUR_MS = 3_600_000;
const away = (): StageOutcome => ({ kind: 'retry', code: 'object_store_unreachable', message: 'it is away', rounds: 2 });
const advances: StageHandler = async () => ({ kind: 'advanced', documents: {} });
const endsWith =
  (code: ReasonCode): StageHandler =>
  async () => ({ kind: 'ended', code, message: 'so it was' });

/** A bench whose task `d-1` has ended: its design found fault once, then this review came to no good end. */
async function ended(review: StageHandler): Promise<Bench> {
  const bench = new Bench();
  let sentBack = false;
  const assert: StageHandler = async () => {
    if (sentBack) return { kind: 'advanced', documents: {} };
    sentBack = true;
    return { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} };
  };
  await (await bench.run(1, { 'assert-design': assert, review })).start();
  return bench;
}

describe('another try', () => {
  it('begins where the task stood when the fault ended it, as if it had just come there, and ends by a verdict', async () => {
    const bench = await ended(async () => away());
    const before = await bench.store.get('d-1');
    bench.clock.advance(72 * HOUR_MS);

    expect(await reopen(bench.store, 'd-1', 'alice')).toEqual({ outcome: 'reopened', state: 'task.asserted' });
    const back = await bench.store.get('d-1');

    expect(before).toMatchObject({ state: 'task.abandoned', code: 'infra_exhausted', generation: 2, infraRetries: 2 });
    expect(back).toMatchObject({
      ...{ state: 'task.asserted', generation: 2, attempts: 0, infraRetries: 0, notBefore: 0, reopened: 1, passed: before?.passed },
      ...{ since: bench.clock.now(), deadline: bench.clock.now() + DEFAULT_RETRY_POLICY.deadlineMs },
    });
    expect([back?.code, back?.message]).toEqual([undefined, undefined]);
    expect((await bench.store.history('d-1')).at(-1)).toMatchObject({
      ...{ stage: 'review', from: 'task.abandoned', to: 'task.asserted', outcome: 'reopened' },
      message: 'another try after infra_exhausted, asked for by alice',
    });
    expect(await sweepOverdue(bench.store)).toEqual([]);

    await (await bench.run(0, { review: advances })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.verified', generation: 2 });
    expect(await funnelOf(bench.store)).toMatchObject({ proposed: 1, designed: 1, reviewed: 1, verified: 1, abandoned: 0 });
    expect(await bench.audit()).toEqual([]);
  });

  it('is news under another id than what was told before, also where it ends again', async () => {
    const bench = await ended(async () => away());
    const told: string[] = [];
    const settle = bench.store.settleEvent.bind(bench.store);
    bench.store.settleEvent = async (subject, id) => (told.push(id), settle(subject, id));

    await reopen(bench.store, 'd-1');
    const [wake] = (await bench.store.get('d-1'))?.outbox ?? [];
    await (await bench.run(0, { review: async () => away() })).start();
    await reopen(bench.store, 'd-1');
    await (await bench.run(0, { review: async () => away() })).start();

    expect(wake).toMatchObject({ type: 'io.mlesmith.task.asserted.v1', subject: 'd-1', data: { generation: 2, datasetId: 'd' } });
    // Two of waking, two of the ends.
    expect(new Set(told).size).toBe(4);
    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', reopened: 2 });
    expect(await bench.audit()).toEqual([]);
  });

  it('is one, however many ask for it at once, and asking again finds it under way', async () => {
    const bench = await ended(async () => away());

    const asked = await Promise.all([1, 2, 3].map(() => reopen(bench.store, 'd-1')));

    expect(asked.map((done) => done?.outcome).sort()).toEqual(['reopened', 'under_way', 'under_way']);
    expect(await reopen(bench.store, 'd-1')).toEqual({ outcome: 'under_way', state: 'task.asserted' });
    expect((await bench.store.history('d-1')).filter(({ outcome }) => outcome === 'reopened')).toHaveLength(1);
  });

  it.each(['stuck', 'platform_error', 'budget_exceeded', 'unsandboxed_refused', 'agent_failed', 'review_error'] as const)(
    'is given to what ended as %s',
    async (code) => {
      expect(await reopen((await ended(endsWith(code))).store, 'd-1')).toMatchObject({ outcome: 'reopened' });
    },
  );

  it('is given to what was cancelled, which then is to be cancelled no longer', async () => {
    const bench = new Bench();
    const review: StageHandler = async () => (await bench.store.requestCancel('d-1'), away());
    await (await bench.run(1, { review })).start();
    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.cancelled' });

    await reopen(bench.store, 'd-1');
    await (await bench.run(0, {})).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.verified', cancelRequested: false });
  });

  it('is given to a dataset, whose tasks come then', async () => {
    const bench = new Bench();
    await (await bench.run(2, { brainstorm: async () => away() })).start();
    expect(await bench.states()).toEqual({ d: 'dataset.refused' });

    await reopen(bench.store, 'd');
    await (await bench.run(2, {})).start();

    expect(await bench.states()).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.verified', 'd-2': 'task.verified' });
    expect(await bench.audit()).toEqual([]);
  });

  it.each<[string, StageHandler, string, string]>([
    ['is verified', advances, 'd-1', 'it is verified'],
    ['is done', advances, 'd', 'its tasks'],
    [
      'ended by what it is',
      endsWith('trivial'),
      'd-1',
      'it ended by what it is (trivial), which another try would find again; run the dataset into another --out',
    ],
  ])('is refused to what %s, with what to do instead', async (_, review, id, why) => {
    const bench = await ended(review);
    const before = await bench.store.get(id);

    expect(await reopen(bench.store, id)).toEqual({ outcome: 'refused', state: before?.state, why: expect.stringContaining(why) as string });
    expect(await bench.store.get(id)).toEqual(before);
  });

  it('is refused to what has not ended, and to what nobody knows or has no history', async () => {
    const bench = new Bench();
    await bench.run(1, {});
    await bench.store.insert({ ...newSubject({ id: 'lost', kind: 'task', datasetId: 'd', state: 'task.abandoned' }, 1), code: 'stuck' });

    expect(await reopen(bench.store, 'd')).toMatchObject({ outcome: 'refused', why: expect.stringContaining('it has not ended') as string });
    expect(await reopen(bench.store, 'lost')).toMatchObject({ outcome: 'refused', why: expect.stringContaining('history') as string });
    expect(await reopen(bench.store, 'nobody')).toBeUndefined();
  });

  it.each<[string, StageHandler, string]>([
    ['of what ended by what it is', endsWith('trivial'), 'task.asserted'],
    ['of what is verified', advances, 'task.reviewed'],
    ['to another place than it ended from', endsWith('stuck'), 'task.proposed'],
  ])('is found by the audit where it was one %s', async (_, review, to) => {
    const bench = await ended(review);
    const [record, history] = [await bench.store.get('d-1'), await bench.store.history('d-1')];
    const from = TERMINAL_STATES.find((state) => state === record?.state) ?? '';
    const row = { at: '', generation: 2, attempt: 1, from, to, outcome: 'reopened' };
    if (record !== undefined) bench.store.plant({ ...record, state: to, code: undefined }, [...history, row]);

    expect(await bench.audit()).toMatchObject([{ code: 'left_terminal', subject: 'd-1' }]);
  });
});
