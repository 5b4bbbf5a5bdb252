import { sweepOverdue } from './deadlines.ts';
import { Bench } from './testing/bench.ts';

const HOUR_MS = 3_600_000;

describe('deadlines', () => {
  it('end as stuck what waits past them', async () => {
    const bench = new Bench();
    bench.onNotice = (notice) => {
      if (notice.outcome === 'retry') bench.clock.advance(HOUR_MS);
    };

    await (
      await bench.run(1, { design: async () => ({ kind: 'retry', code: 'busy', message: '', afterMs: 99 * HOUR_MS }) }, { policy: { deadlineMs: HOUR_MS } })
    ).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'stuck', message: 'no progress in design before the deadline' });
    expect((await bench.store.history('d-1')).map((row) => row.outcome)).toEqual(['retry', 'ended']);
    expect(await bench.audit()).toEqual([]);
  });

  it('tell of a worker that was lost and that nobody came after', async () => {
    const bench = new Bench();
    await bench.run(1, {});
    await bench.store.claim(['dataset.received'], 'dies', 1_000);
    bench.clock.advance(999 * HOUR_MS);

    await sweepOverdue(bench.store);

    expect(await bench.store.history('d')).toMatchObject([{ code: 'stuck', lostLeases: 1, lost: [{ worker: 'dies' }] }]);
  });

  it('start anew when a run is taken up after a long pause', async () => {
    const bench = new Bench();
    const run = await bench.run(1, {});
    bench.clock.advance(999 * HOUR_MS);

    await run.start();

    expect(await bench.states()).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.verified' });
    expect((await bench.store.history('d'))[0]).toMatchObject({ outcome: 'resumed', from: 'dataset.received', to: 'dataset.received' });
    expect(await bench.audit()).toEqual([]);
  });

  it('move with every step', async () => {
    const bench = new Bench();
    bench.onNotice = (notice) => {
      if (notice.phase === 'finished') bench.clock.advance(HOUR_MS - 1);
    };

    await (await bench.run(1, {}, { policy: { deadlineMs: HOUR_MS } })).start();

    expect(await bench.states()).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.verified' });
  });

  it('are kept by a stage that never comes back', async () => {
    const bench = new Bench();

    await (await bench.run(1, { design: () => new Promise(() => undefined) }, { policy: { attemptMs: 1 } })).start();

    expect(await bench.store.get('d-1')).toMatchObject({
      state: 'task.abandoned',
      code: 'platform_error',
      message: 'design: the stage did not come back in time [stage=design, limitMs=1]',
    });
    expect((await bench.store.history('d-1')).map((row) => row.outcome)).toEqual(['failed', 'failed', 'ended']);
  });
});
