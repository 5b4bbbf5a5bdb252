import { allSubjects } from './each-subject.ts';
import { sweepOverdue } from './deadlines.ts';
import { newDataset, newSubject } from './new-subject.ts';
import type { StageHandler } from './stage.ts';
import { acceptProposal, work, type WorkNotice } from './station.ts';
import { Bench } from './testing/bench.ts';
import type { Tracing } from './tracing.ts';
import { WorkLoop } from './work-loop.ts';
import { DEFAULT_RETRY_POLICY, event } from './transitions.ts';

const proposal = event('task.proposed', { id: 't', datasetId: 'd', generation: 1 }, { proposal: 'sha256:1' }, 0);
const never = new AbortController().signal;

/** A claimed task at design, and the work on it under a lease that is renewed each millisecond. */
async function claimed(): Promise<{ bench: Bench; notices: WorkNotice[]; run: (handler: StageHandler) => Promise<void> }> {
  const bench = new Bench();
  const notices: WorkNotice[] = [];
  await bench.store.insert(newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed' }, bench.clock.now() + 1));
  const record = await bench.store.claim(['task.proposed'], 'me', 3);
  if (record === undefined) throw new Error('nothing to claim');
  return {
    bench,
    notices,
    run: (handler) =>
      work(
        record,
        'design',
        handler,
        {
          store: bench.store,
          policy: DEFAULT_RETRY_POLICY,
          leaseMs: 3,
          claimedAt: bench.clock.now(),
          freeMs: 0,
          context: { artifacts: bench.artifacts },
          onNotice: (notice) => notices.push(notice),
        },
        never,
      ),
  };
}

describe('accepting a proposal', () => {
  it('makes one task, however often the news comes', async () => {
    const { store } = new Bench();

    const made = await Promise.all([1, 2, 3].map(() => acceptProposal(store, proposal, 1_000)));

    expect(made).toEqual([true, false, false]);
    expect(await allSubjects(store)).toMatchObject([
      { id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed', documents: { proposal: 'sha256:1' }, deadline: (await store.now()) + 1_000 },
    ]);
  });

  it('makes a task as urgent as its dataset', async () => {
    const { store } = new Bench();
    await store.insert(newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.registered', priority: 3 }, 1));

    await acceptProposal(store, proposal, 1_000);

    expect((await store.get('t'))?.priority).toBe(3);
  });

  it('makes a task that is waited for since its dataset was received', async () => {
    const { store, clock } = new Bench();
    const received = clock.now();
    await store.insert(newDataset({ id: 'd' }, received));
    clock.advance(5_000);

    await acceptProposal(store, proposal, 1_000);
    await acceptProposal(store, event('task.proposed', { id: 'alone', datasetId: 'unknown', generation: 1 }, {}, 0), 1_000);

    expect([await store.get('t'), await store.get('alone')]).toMatchObject([{ receivedAt: received }, { receivedAt: received + 5_000 }]);
  });

  it('changes nothing about a task that is under way or done', async () => {
    const { store } = new Bench();
    const done = { ...newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.verified' }, 1), generation: 2 };
    store.plant(done);

    await acceptProposal(store, proposal, 1_000);

    expect(await store.get('t')).toBe(done);
  });

  it('keeps the trace that the news came with, for the attempt that works on it', async () => {
    const { store } = new Bench();

    await acceptProposal(store, { ...proposal, traceparent: '00-1-1-01' }, 1_000);

    expect(await store.get('t')).toMatchObject({ trace: { traceparent: '00-1-1-01' } });
  });

  it('refuses news of another shape', async () => {
    await expect(acceptProposal(new Bench().store, { ...proposal, data: undefined } as never, 1)).rejects.toThrow();
  });
});

describe('the end of a task', () => {
  const taken = async (handler: StageHandler): Promise<readonly WorkNotice[]> => {
    const bench = new Bench();
    const notices: WorkNotice[] = [];
    await bench.store.insert(newDataset({ id: 'd' }, bench.clock.now()));
    await acceptProposal(bench.store, proposal, DEFAULT_RETRY_POLICY.deadlineMs);
    bench.clock.advance(90_000);
    const record = await bench.store.claim(['task.proposed'], 'me', 60_000);
    const options = { store: bench.store, policy: DEFAULT_RETRY_POLICY, leaseMs: 60_000, claimedAt: 0, freeMs: 0, context: { artifacts: bench.artifacts } };
    if (record !== undefined) await work(record, 'design', handler, { ...options, onNotice: (notice) => notices.push(notice) }, never);
    bench.clock.advance(2 * DEFAULT_RETRY_POLICY.deadlineMs);
    return [...notices, ...(await sweepOverdue(bench.store)).filter(({ record: { kind } }) => kind === 'task')];
  };

  it('tells how long its dataset had been there', async () => {
    expect(await taken(async () => ({ kind: 'ended', code: 'trivial', message: 'too simple' }))).toMatchObject([
      { phase: 'started' },
      { phase: 'finished', to: 'task.abandoned', sinceReceivedMs: 90_000 },
    ]);
  });

  it('is told so where nobody came to its end, and not of a step that is no end', async () => {
    const [, step, ended] = await taken(async () => ({ kind: 'advanced', documents: {} }));

    expect(step).toMatchObject({ phase: 'finished', to: 'task.designed' });
    expect(step).not.toHaveProperty('sinceReceivedMs');
    expect(ended).toMatchObject({ phase: 'overdue', to: 'task.abandoned', sinceReceivedMs: 90_000 + 2 * DEFAULT_RETRY_POLICY.deadlineMs });
  });
});

describe('a traced attempt', () => {
  it('is linked to what caused it, and what it changes and announces carries its own span', async () => {
    const bench = new Bench();
    const causes: unknown[] = [];
    const outcomes: unknown[] = [];
    await bench.store.insert({
      ...newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed' }, bench.clock.now() + 1),
      trace: { traceparent: 'before' },
    });
    const record = await bench.store.claim(['task.proposed'], 'me', 60_000);
    const tracing: Tracing = {
      attempt: async (item, cause, attempt) => {
        causes.push([item.stage, item.attempt, cause]);
        const outcome = await attempt();
        outcomes.push(outcome);
        return outcome;
      },
      transition: async ({ from, to }, write) => {
        outcomes.push(`${from} → ${to}: ${(await bench.store.get('t'))?.state ?? ''}`);
        const written = await write();
        outcomes.push((await bench.store.get('t'))?.state);
        return written;
      },
      current: () => ({ traceparent: 'now' }),
    };

    if (record !== undefined)
      await work(
        record,
        'design',
        async () => ({ kind: 'advanced', documents: {} }),
        { store: bench.store, policy: DEFAULT_RETRY_POLICY, leaseMs: 60_000, claimedAt: 0, freeMs: 0, context: { artifacts: bench.artifacts }, tracing },
        never,
      );

    expect(causes).toEqual([['design', 1, { traceparent: 'before' }]]);
    expect(outcomes).toEqual(['task.proposed → task.designed: task.proposed', 'task.designed', 'advanced']);
    expect(await bench.store.get('t')).toMatchObject({ trace: { traceparent: 'now' }, outbox: [{ traceparent: 'now', subject: 't' }] });
  });
});

describe('the start of an attempt', () => {
  it('tells how long the subject could have been claimed while a worker was free, which it is not while it works on another one', async () => {
    const bench = new Bench();
    const notices: WorkNotice[] = [];
    const deadline = bench.clock.now() + DEFAULT_RETRY_POLICY.deadlineMs;
    const come = async (id: string, notBefore = 0): Promise<unknown> =>
      bench.store.insert({ ...newSubject({ id, kind: 'task', datasetId: 'd', state: 'task.proposed' }, deadline), notBefore });
    const arrivals = [
      async () => {
        await come('a');
        bench.clock.advance(5_000);
      },
      async () => {
        await come('paused', bench.clock.now() + 3_000);
        bench.clock.advance(5_000);
      },
    ];
    // What waited before there was a worker is nobody's lateness.
    bench.clock.advance(60_000);
    const loop = new WorkLoop({
      store: bench.store,
      stages: ['design'],
      handlers: {
        design: async ({ id }) => {
          if (id === 'a') await come('b');
          if (id === 'a') bench.clock.advance(7_000);
          return { kind: 'advanced', documents: {} };
        },
      },
      owner: 'me',
      workers: 1,
      context: { artifacts: bench.artifacts },
      policy: DEFAULT_RETRY_POLICY,
      lookMs: 1,
      steady: bench.clock.now,
      onNotice: (notice) => notices.push(notice),
      whenIdle: async (inHand) => {
        if (inHand > 0) return 'wait';
        await arrivals.shift()?.();
        return bench.store.get('paused').then((paused) => (paused?.state === 'task.designed' ? 'end' : 'again'));
      },
    });

    await loop.run();

    expect(notices.filter(({ phase }) => phase === 'started').map(({ record, waitedMs, lostLeases }) => [record.id, waitedMs, lostLeases])).toEqual([
      ['a', 5_000, 0],
      ['b', 0, 0],
      ['paused', 2_000, 0],
    ]);
  });
});

describe('work under a lease', () => {
  it('renews the lease for as long as the stage needs', async () => {
    const { bench, run } = await claimed();
    const renewed = Promise.withResolvers<void>();
    const renew = bench.store.renew.bind(bench.store);
    let renewals = 0;
    bench.store.renew = async (...parameters) => {
      renewals += 1;
      if (renewals === 3) renewed.resolve();
      return renew(...parameters);
    };

    await run(async () => {
      await renewed.promise;
      return { kind: 'advanced', documents: {} };
    });

    expect((await bench.store.get('t'))?.state).toBe('task.designed');
  });

  it('is given up when somebody else took over, and its result is dropped', async () => {
    const { bench, notices, run } = await claimed();

    await run(async (_, { signal }) => {
      bench.clock.advance(3);
      await bench.store.claim(['task.proposed'], 'other', 60_000);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { kind: 'advanced', documents: {} };
    });

    expect(notices.map((notice) => notice.phase)).toEqual(['started', 'fenced']);
    expect(await bench.store.get('t')).toMatchObject({ state: 'task.proposed', lease: { owner: 'other' }, attempts: 0 });
    expect(await bench.store.history('t')).toEqual([]);
  });

  it('goes on when a renewal fails', async () => {
    const { bench, run } = await claimed();
    const failed = Promise.withResolvers<void>();
    bench.store.renew = async () => {
      failed.resolve();
      throw new Error('the store is away for a moment');
    };

    await run(async () => {
      await failed.promise;
      return { kind: 'advanced', documents: {} };
    });

    expect((await bench.store.get('t'))?.state).toBe('task.designed');
  });
});
