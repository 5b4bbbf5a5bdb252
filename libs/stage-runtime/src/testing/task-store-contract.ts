import { MOST_LOST, TERMINAL_STATES } from '@mle-smith/contracts';
import { newSubject } from '../new-subject.ts';
import type { HistoryRow, SubjectChange, SubjectRecord } from '../subject-record.ts';
import type { TaskStore } from '../task-store.ts';
import { event } from '../transitions.ts';
import { allSubjects } from '../each-subject.ts';
import { MAX_FINDINGS_BYTES } from '../record-size.ts';

const LEASE_MS = 60_000;
/** No test takes this long, so that a clock that also moves by itself changes no answer. */
const SLACK_MS = 30_000;
const designed: SubjectChange = {
  state: 'task.designed',
  history: { stage: 'design', generation: 1, attempt: 1, from: 'task.proposed', to: 'task.designed', outcome: 'advanced' },
};

/** A fresh store whose clock can be moved on; it may also move by itself. */
export interface StoreUnderTest {
  readonly store: TaskStore;
  advance(ms: number): void;
}

/** What every TaskStore must do. `open` gives a fresh store each time; the opener closes it. */
export function taskStoreContract(open: () => Promise<StoreUnderTest>): void {
  const task = (id: string, more: Partial<SubjectRecord> = {}): SubjectRecord => ({
    ...newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1),
    ...more,
  });
  const withTasks = async (...records: SubjectRecord[]) => {
    const { store, advance } = await open();
    for (const record of records) await store.insert(record);
    const claim = () => store.claim(['task.designed', 'task.proposed'], 'me', LEASE_MS);
    return { advance, store, claim };
  };

  it('creates a subject once and gives it back', async () => {
    const { store } = await withTasks();

    expect(await store.insert(task('t', { documents: { a: 'sha256:1' }, receivedAt: 700 }))).toBe(true);
    expect(await store.insert(task('t', { datasetId: 'other' }))).toBe(false);

    expect(await store.get('t')).toMatchObject({ datasetId: 'd', documents: { a: 'sha256:1' }, receivedAt: 700, fence: 0 });
    expect(await store.get('nobody')).toBeUndefined();
    expect((await allSubjects(store)).map(({ id }) => id)).toEqual(['t']);
    expect(await store.history('t')).toEqual([]);
  });

  it('keeps the trace that brought a subject here, from its start and from each change', async () => {
    const { store, claim } = await withTasks(task('t', { trace: { traceparent: 'first' } }));

    const claimed = await claim();
    await store.apply('t', claimed?.fence ?? 0, { ...designed, trace: { traceparent: 'then', tracestate: 'a=b' } });

    expect(claimed?.trace).toEqual({ traceparent: 'first' });
    expect((await store.get('t'))?.trace).toEqual({ traceparent: 'then', tracestate: 'a=b' });
  });

  it('goes by its own clock', async () => {
    const { advance, store } = await withTasks();
    const before = await store.now();

    advance(LEASE_MS);

    expectAbout(await store.now(), before + LEASE_MS);
  });

  it('leases by order of states, then of arrival, and each subject to one worker', async () => {
    const { claim } = await withTasks(task('first'), task('second'), task('late', { state: 'task.designed' }), task('done', { state: 'task.verified' }));

    const claimed = [await claim(), await claim(), await claim(), await claim()];

    expect(claimed.map((record) => record?.id)).toEqual(['late', 'first', 'second', undefined]);
    expect(claimed[0]).toMatchObject({ fence: 1, infraRetries: 0, lease: { owner: 'me' } });
  });

  it('leases nothing before its time', async () => {
    const { advance, store, claim } = await withTasks();
    await store.insert(task('t', { notBefore: (await store.now()) + SLACK_MS }));

    expect(await claim()).toBeUndefined();
    advance(SLACK_MS);

    expect((await claim())?.id).toBe('t');
  });

  it('leases again what ran out, counts it as a fault of the machine and drops the late result', async () => {
    const { advance, store, claim } = await withTasks(task('t'));
    const zombie = await claim();
    advance(LEASE_MS);
    const heir = await claim();

    expect(heir).toMatchObject({ id: 't', infraRetries: 1, attempts: 0, lease: { lost: 1 } });
    expect(zombie?.lease?.lost).toBeUndefined();
    expect(await store.renew('t', zombie?.fence ?? 0, LEASE_MS)).toBeUndefined();
    expect(await store.apply('t', zombie?.fence ?? 0, designed)).toBe(false);
    expect(await store.release('t', zombie?.fence ?? 0)).toBe(false);

    expect(await store.get('t')).toMatchObject({ state: 'task.proposed', lease: { owner: 'me' } });
    expect(await store.history('t')).toEqual([]);
    expect(await store.apply('t', heir?.fence ?? 0, designed)).toBe(true);
  });

  it('names workers whose lease ran out, the last of them, until the next step tells of it, whoever hands the work back', async () => {
    const { advance, store } = await withTasks(task('t'));
    const claimedBy = (worker: string) => store.claim(['task.proposed'], worker, LEASE_MS);
    const workers = Array.from({ length: MOST_LOST + 2 }, (_, place) => `worker-${place}`);
    for (const worker of workers) {
      await claimedBy(worker);
      advance(LEASE_MS);
    }
    const heir = await claimedBy('heir');

    await store.release('t', heir?.fence ?? 0);
    const next = await claimedBy('next');

    expect([heir, next].map((record) => [record?.lease?.lost, record?.lost?.count])).toEqual([
      [1, workers.length],
      [undefined, workers.length],
    ]);
    for (const record of [heir, next, await store.get('t')]) expect(record?.lost?.last.map(({ worker }) => worker)).toEqual(workers.slice(-MOST_LOST));
    await store.apply('t', next?.fence ?? 0, { history: designed.history });
    expect((await store.get('t'))?.lost).toBeUndefined();
    expect((await claimedBy('later'))?.lost).toBeUndefined();
  });

  it('says since when a lease is held, however often it is renewed', async () => {
    const { advance, store, claim } = await withTasks(task('t'));
    const before = await store.now();
    const held = await claim();
    advance(SLACK_MS);

    await store.renew('t', held?.fence ?? 0, LEASE_MS);

    expectAbout(held?.lease?.since, before);
    expect((await store.get('t'))?.lease?.since).toBe(held?.lease?.since);
  });

  it('keeps a lease that is renewed', async () => {
    const { advance, store, claim } = await withTasks(task('t'));
    const held = await claim();
    advance(SLACK_MS);

    const renewed = await store.renew('t', held?.fence ?? 0, LEASE_MS);
    expectAbout(renewed?.lease?.until, (await store.now()) + LEASE_MS);
    expect(renewed).toMatchObject({ fence: held?.fence, lease: { owner: 'me' }, infraRetries: 0 });
    advance(LEASE_MS - SLACK_MS);

    expect(await claim()).toBeUndefined();
  });

  it('renews a lease late where nobody took over', async () => {
    const { advance, store, claim } = await withTasks(task('t'));
    const held = await claim();
    advance(2 * LEASE_MS);

    const renewed = await store.renew('t', held?.fence ?? 0, LEASE_MS);

    expect(renewed).toMatchObject({ fence: held?.fence, lease: { owner: 'me' }, infraRetries: 0 });
    expect(await claim()).toBeUndefined();
    expect(await store.apply('t', held?.fence ?? 0, designed)).toBe(true);
  });

  it('changes state, events, history and lease in one step', async () => {
    const { store, claim } = await withTasks(task('t'));
    const held = await claim();
    const announced = event('task.designed', task('t'), {}, 0);

    await store.apply('t', held?.fence ?? 0, { ...designed, events: [announced] });

    const record = await store.get('t');
    expect(record).toMatchObject({ state: 'task.designed', outbox: [announced] });
    expect(record?.lease).toBeUndefined();
    expect(record).not.toHaveProperty('history');
    const [row, ...more] = await store.history('t');
    expect(row).toEqual({ at: row?.at, ...designed.history });
    expectAbout(Date.parse(row?.at ?? ''), await store.now());
    expect(more).toEqual([]);
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

  it('gives events from any place in the order of their ids', async () => {
    const { store } = await withTasks(task('t'), task('u'), task('v'));
    const events = ['t', 'u', 'v'].map((id) => ({ id, event: event('one', task(id), {}, 0) }));
    for (const { id, event: told } of events) await store.apply(id, 0, { ...designed, events: [told] });
    const [first, second, third] = events.map(({ event: told }) => told.id).sort();

    const after = async (place?: string): Promise<string[]> => (await store.pendingEvents(10, place)).map(({ event: told }) => told.id).sort();

    expect([await after(), await after(first), await after(second), await after(third)]).toEqual([[first, second, third], [second, third], [third], []]);
    expect((await store.pendingEvents(1, first)).length).toBe(1);
  });

  it('takes a cancelled subject from whoever holds it', async () => {
    const { store, claim } = await withTasks(task('t', { notBefore: 0 }));
    const held = await claim();

    expect(await store.requestCancel('t')).toBe(true);
    expect(await store.requestCancel('t')).toBe(true);

    expect(await store.apply('t', held?.fence ?? 0, designed)).toBe(false);
    expect(await claim()).toMatchObject({ id: 't', cancelRequested: true, infraRetries: 0 });
  });

  it('changes what has ended as what is open, and takes away what it was told with', async () => {
    const { store, claim } = await withTasks(task('t', { cancelRequested: true }));
    const ended = { stage: 'design', generation: 1, attempt: 1, from: 'task.proposed', to: 'task.cancelled', outcome: 'ended' } as const;
    await store.apply('t', (await claim())?.fence ?? 0, { state: 'task.cancelled', code: 'cancelled', message: 'on request', history: ended });
    const before = await store.get('t');

    const back: SubjectChange = {
      state: 'task.proposed',
      code: undefined,
      message: undefined,
      cancelRequested: false,
      reopened: 1,
      history: { ...ended, from: 'task.cancelled', to: 'task.proposed', outcome: 'reopened' },
    };
    const done = [await store.apply('t', before?.fence ?? 0, back), await store.apply('t', before?.fence ?? 0, back)];

    expect(before).toMatchObject({ state: 'task.cancelled', code: 'cancelled', message: 'on request' });
    expect(done).toEqual([true, false]);
    const after = await claim();
    expect(after).toMatchObject({ id: 't', state: 'task.proposed', cancelRequested: false, reopened: 1 });
    expect([after?.code, after?.message]).toEqual([undefined, undefined]);
    expect((await store.history('t')).map(({ outcome }) => outcome)).toEqual(['ended', 'reopened']);
  });

  it.each(TERMINAL_STATES)('cancels nothing that ended as %s', async (state) => {
    const { store } = await withTasks(task('t', { state }));

    expect(await store.requestCancel('t')).toBe(false);
    expect(await store.requestCancel('nobody')).toBe(false);
    expect((await store.get('t'))?.cancelRequested).toBe(false);
  });

  it('lets what is urgent go first, until others have waited as long as that is worth', async () => {
    const { advance, store, claim } = await withTasks(task('old'), task('late', { state: 'task.designed', priority: -1 }));
    await store.insert(task('urgent', { priority: 1 }));
    advance(11 * 60_000);
    await store.insert(task('urgent too late', { priority: 1 }));
    await store.insert(task('very urgent', { priority: 2 }));

    const order = [await claim(), await claim(), await claim(), await claim(), await claim()].map((record) => record?.id);

    expect(order).toEqual(['late', 'urgent', 'very urgent', 'old', 'urgent too late']);
  });

  it('gives subjects page by page, by arrival', async () => {
    const { store } = await withTasks(task('c'), task('a', { priority: 5 }), task('b'));

    const first = await store.page({}, 2);
    const second = await store.page({}, 2, first.next);

    expect([first, second].map(({ records }) => records.map(({ id }) => id))).toEqual([['c', 'a'], ['b']]);
    expect(second.next).toBeUndefined();
    expect((await store.page({}, 3)).next).toBeUndefined();
    expect(first.records[1]).toEqual(await store.get('a'));
  });

  it('finds subjects by state, kind and dataset', async () => {
    const dataset = { ...task('d', { state: 'dataset.received' }), kind: 'dataset' as const };
    const { store } = await withTasks(dataset, task('a'), task('b', { datasetId: 'e' }), task('c', { state: 'task.designed' }));
    const found = async (filter: Parameters<TaskStore['page']>[0]) => (await allSubjects(store, filter)).map(({ id }) => id);

    expect(await found({ kind: 'dataset' })).toEqual(['d']);
    expect(await found({ datasetId: 'd', kind: 'task' })).toEqual(['a', 'c']);
    expect(await found({ states: ['task.designed', 'dataset.received'] })).toEqual(['d', 'c']);
    expect(await found({ states: [] })).toEqual([]);
    expect(await found({ states: ['task.proposed'], datasetId: 'e' })).toEqual(['b']);
  });

  it('counts what is where and what waits to be told', async () => {
    const { store, claim } = await withTasks(task('a'), task('b'), task('c'), task('done', { state: 'task.verified' }));
    await store.apply('a', (await claim())?.fence ?? 0, { ...designed, events: [event('task.designed', task('a'), {}, 0)] });
    await claim();

    expect(await store.counts()).toEqual([
      { state: 'task.designed', subjects: 1, waiting: 1 },
      { state: 'task.proposed', subjects: 2, waiting: 0 },
      { state: 'task.verified', subjects: 1, waiting: 0 },
    ]);
  });

  it('counts a queue, held or not, no further than asked', async () => {
    const { store, claim } = await withTasks(task('a'), task('b'), task('c'), task('other', { state: 'task.designed' }));
    await claim();

    expect(await Promise.all([9, 3, 2].map((most) => store.depth('task.proposed', most)))).toEqual([3, 3, 2]);
    expect(await store.depth('task.reviewed', 9)).toBe(0);
  });

  it('tells the first deadline of a queue', async () => {
    const { store } = await withTasks(task('a', { deadline: 7_000 }), task('b', { deadline: 3_000 }), task('c', { deadline: 1, state: 'task.designed' }));

    expect([await store.firstDeadline('task.proposed'), await store.firstDeadline('task.reviewed')]).toEqual([3_000, undefined]);
  });

  it('gives what has made no step for longest, held or not, from the states that are named and no more than asked', async () => {
    const { store } = await withTasks(
      task('young', { deadline: 9_000 }),
      task('old', { deadline: 2_000, state: 'task.designed' }),
      task('oldest', { deadline: 1_000 }),
      task('elsewhere', { deadline: 1, state: 'task.reviewed' }),
      task('ended', { deadline: 1, state: 'task.verified' }),
    );
    await store.claim(['task.designed'], 'me', LEASE_MS);
    const oldest = async (limit: number) => (await store.oldest(['task.proposed', 'task.designed'], limit)).map(({ record }) => record.id);

    expect([await oldest(9), await oldest(2), await oldest(0)]).toEqual([['oldest', 'old', 'young'], ['oldest', 'old'], []]);
  });

  it('tells of what has made no step for longest what becomes of it, with its last line, and nothing that may be long', async () => {
    const { store } = await withTasks(task('old', { since: 7, notBefore: 3, documents: { a: 'sha256:1' } }), task('new', { deadline: 9_000 }));
    const step = (record: SubjectRecord | undefined, attempt: number, notBefore = 0) =>
      store.apply('old', record?.fence ?? -1, {
        notBefore,
        infraRetries: attempt,
        history: { ...designed.history, to: 'task.proposed', outcome: 'retry', attempt },
      });
    // Histories are kept in two places where they are long.
    for (const attempt of Array.from({ length: 20 }, (_, place) => place + 1)) {
      await step(await store.claim(['task.proposed'], 'me', LEASE_MS), attempt);
      expect((await store.oldest(['task.proposed'], 1))[0]?.last?.attempt).toBe(attempt);
    }
    await store.claim(['task.proposed'], 'me', LEASE_MS);

    const [old, young] = await store.oldest(['task.proposed'], 2);

    const { id, kind, state, since, attempts, infraRetries, lease, notBefore, deadline, cancelRequested } = (await store.get('old')) ?? task('old');
    expect(old?.record).toMatchObject({ id, kind, state, since, attempts, infraRetries, lease, notBefore, deadline, cancelRequested });
    expect([since, infraRetries, lease?.owner]).toEqual([7, 20, 'me']);
    expect([young?.record.id, young?.last]).toEqual(['new', undefined]);
    expect(await store.oldest(['task.reviewed'], 2)).toEqual([]);
  });

  it('notes when a subject came into its state', async () => {
    const { store, claim } = await withTasks(task('t'));
    await store.apply('t', (await claim())?.fence ?? 0, { ...designed, since: 5_000 });

    expect((await store.get('t'))?.since).toBe(5_000);
    expect((await store.oldest(['task.designed'], 1))[0]?.record.since).toBe(5_000);
  });

  it('is unfinished while a subject is on its way or an event waits', async () => {
    const { store, claim } = await withTasks();
    const told = event('task.verified', task('t'), {}, 0);
    const unfinished = [await store.unfinished()];

    await store.insert(task('t'));
    unfinished.push(await store.unfinished());
    await store.apply('t', (await claim())?.fence ?? 0, { ...designed, state: 'task.verified', events: [told] });
    unfinished.push(await store.unfinished());
    await store.settleEvent('t', told.id);

    expect([...unfinished, await store.unfinished()]).toEqual([false, true, true, false]);
  });

  it('finds what is overdue and held by nobody', async () => {
    const { advance, store } = await withTasks();
    const soon = (await store.now()) + SLACK_MS;
    for (const id of ['a', 'b']) await store.insert(task(id, { deadline: soon }));
    await store.insert(task('later', { deadline: soon + 10 * LEASE_MS }));
    await store.insert(task('ended', { deadline: soon, state: 'task.abandoned' }));
    await store.insert(task('held', { deadline: soon, state: 'task.designed' }));
    await store.claim(['task.designed'], 'me', 2 * LEASE_MS);
    const overdue = async (limit: number) => (await store.overdue(limit)).map(({ id }) => id).sort();

    expect(await overdue(9)).toEqual([]);
    advance(SLACK_MS);
    expect(await overdue(9)).toEqual(['a', 'b']);
    expect(await overdue(1)).toHaveLength(1);
    advance(2 * LEASE_MS);
    expect(await overdue(9)).toEqual(['a', 'b', 'held']);
  });

  it('keeps texts, names and numbers as they are', async () => {
    const { store, claim } = await withTasks(task('t', { documents: { '$where.a/b c\u00fc': 'sha256:1', __proto__x: '2' } }));
    const finding = {
      rule: 'S01',
      severity: 'warn' as const,
      message: '{"$ne": 1} \u2028',
      owner: 'designer' as const,
      evidence: { '$a.b': [1.5, null, { 'x.y': '' }] },
    };

    const account = {
      trace: '0af7651916cd43dd8448eb211c80319c',
      documents: { '$where.a/b c\u00fc': 'sha256:1' },
      events: [{ kind: 'job', atMs: 3, name: '$j.', zone: 'measure', place: 'sandbox', status: 'succeeded', queuedMs: 0, runMs: 9, cpuSeconds: 0.25 }],
      moreEvents: 2,
      cpuSeconds: 0.25,
      gpuSeconds: 4,
      lostLeases: 1,
      lost: [{ worker: '$w.', at: '2026-11-29T10:00:00.000Z' }],
    } as const;
    await store.apply('t', (await claim())?.fence ?? 0, {
      ...designed,
      findings: [finding],
      passed: ['design'],
      code: 'c',
      message: '$m.',
      used: { design: { attempts: 1, seconds: 1.5, cpuSeconds: 0.25, gpuSeconds: 4 } },
      history: { ...designed.history, rules: ['S01'], ...account },
    });

    expect(await store.get('t')).toMatchObject({
      documents: { '$where.a/b c\u00fc': 'sha256:1', __proto__x: '2' },
      findings: [finding],
      passed: ['design'],
      code: 'c',
      message: '$m.',
      used: { design: { attempts: 1, seconds: 1.5, cpuSeconds: 0.25, gpuSeconds: 4 } },
    });
    expect((await store.history('t'))[0]).toMatchObject({ rules: ['S01'], ...account });
  });

  it('refuses more than a subject may hold, and changes nothing', async () => {
    const { store, claim } = await withTasks(task('t'));
    const held = await claim();
    const findings = [{ rule: 'S01', severity: 'warn' as const, message: 'x'.repeat(MAX_FINDINGS_BYTES), owner: 'none' as const, evidence: {} }];

    await expect(store.apply('t', held?.fence ?? 0, { ...designed, findings })).rejects.toMatchObject({ code: 'subject_too_large' });
    await expect(store.insert(task('u', { findings }))).rejects.toMatchObject({ code: 'subject_too_large' });

    expect(await store.get('u')).toBeUndefined();
    expect(await store.apply('t', held?.fence ?? 0, designed)).toBe(true);
  });

  it('keeps every line of a long history in order', async () => {
    const { store, claim } = await withTasks(task('t'));
    const attempts = Array.from({ length: 60 }, (_, attempt) => attempt);

    for (const attempt of attempts) await store.apply('t', (await claim())?.fence ?? -1, { history: { ...designed.history, attempt } });

    expect((await store.history('t')).map((row) => row.attempt)).toEqual(attempts);
    expect(await store.history('nobody')).toEqual([]);
  });

  it('gives a part of a history from any place, and its end with the number of lines before it', async () => {
    const { store, claim } = await withTasks(task('t'));
    const attemptsOf = (rows: readonly HistoryRow[]) => rows.map(({ attempt }) => attempt);
    const told: number[] = [];

    // A document may hold any of the lines, or none.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await store.apply('t', (await claim())?.fence ?? -1, { history: { ...designed.history, attempt } });
      told.push(attempt);
      for (const [from, most] of [
        [0, 3],
        [attempt - 1, 9],
        [attempt, 1],
        [attempt + 1, 9],
        [2, 0],
      ] as const)
        expect(attemptsOf(await store.history('t', Math.max(0, from), most))).toEqual(told.slice(Math.max(0, from), Math.max(0, from) + most));
      for (const most of [1, 5, 16, 99, Infinity]) {
        const { rows, earlier } = await store.historyEnd('t', most);
        expect([attemptsOf(rows), earlier]).toEqual([told.slice(-most), Math.max(0, told.length - most)]);
      }
    }
    expect(await store.historyEnd('nobody', 9)).toEqual({ rows: [], earlier: 0 });
  });

  it('gives each subject to one of many who ask at once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const { claim } = await withTasks(...ids.map((id) => task(id)));

    const claimed = await Promise.all(Array.from({ length: 50 }, claim));

    expect(claimed.flatMap((record) => record?.id ?? []).sort()).toEqual(ids.sort());
  });
}

function expectAbout(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? 0) - expected)).toBeLessThan(SLACK_MS);
}
