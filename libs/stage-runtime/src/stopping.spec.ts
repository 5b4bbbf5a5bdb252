import type { StageHandler } from './stage.ts';
import { Bench } from './testing/bench.ts';

/** A stage that says when it began and ends when it is let. */
function gate(): { handler: StageHandler; begun: Promise<void>; open: () => void; aborted: () => boolean } {
  const begun = Promise.withResolvers<void>();
  const way = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const handler: StageHandler = async (_, context) => {
    signal = context.signal;
    begun.resolve();
    await way.promise;
    return { kind: 'advanced', documents: {} };
  };
  return { handler, begun: begun.promise, open: way.resolve, aborted: () => signal?.aborted === true };
}

describe('stopping', () => {
  it('lets work in hand finish and takes nothing new when it drains', async () => {
    const bench = new Bench();
    const design = gate();
    const run = await bench.run(1, { design: design.handler });
    const done = run.start();
    await design.begun;

    const drained = run.drain();
    design.open();
    await Promise.all([drained, done]);

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.designed' });
    expect(bench.notices.some((notice) => notice.stage === 'assert-design')).toBe(false);
    expect(await bench.audit()).toEqual([]);
  });

  it('hands work back at once and without charge when it stops, even from a stage that will not hear', async () => {
    const bench = new Bench();
    const design = gate();
    const run = await bench.run(1, { design: design.handler });
    const done = run.start();
    await design.begun;

    await Promise.all([run.stop(), done]);

    expect(design.aborted()).toBe(true);
    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.proposed', attempts: 0, infraRetries: 0, notBefore: 0 });
    expect((await bench.store.get('d-1'))?.lease).toBeUndefined();
    expect(bench.notices.at(-1)).toMatchObject({ phase: 'released', durationMs: expect.any(Number) as number });
    expect(await bench.store.history('d-1')).toEqual([]);
  });

  it('reaches what a stage left at work when it came back', async () => {
    const bench = new Bench();
    let left: AbortSignal | undefined;
    const design: StageHandler = async (_, { signal }) => {
      left = signal;
      return { kind: 'advanced', documents: {} };
    };

    await (await bench.run(1, { design })).start();

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.verified' });
    expect(left?.aborted).toBe(true);
  });

  it('stops at once when told so while it drains', async () => {
    const bench = new Bench();
    const design = gate();
    const run = await bench.run(1, { design: design.handler });
    const done = run.start();
    await design.begun;

    const drained = run.drain();
    await run.stop();
    await Promise.all([drained, done]);

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.proposed' });
  });

  it('drops what a stage says after its work was handed back', async () => {
    const bench = new Bench();
    const design = gate();
    const run = await bench.run(1, { design: design.handler });
    const done = run.start();
    await design.begun;
    await Promise.all([run.stop(), done]);

    design.open();
    await (await bench.run(1, {})).start();

    expect((await bench.store.history('d-1')).filter((row) => row.stage === 'design')).toHaveLength(1);
    expect(await bench.audit()).toEqual([]);
  });

  it('does nothing when it was told to stop before it started', async () => {
    const bench = new Bench();
    const run = await bench.run(1, {});

    await run.stop();
    await run.start();

    expect(bench.notices).toEqual([]);
  });
});

describe('cancelling', () => {
  it.each(['design', 'assert-design', 'refactor', 'assert-package', 'review', 'execute'] as const)(
    'ends a task in the middle of %s and drops the late result',
    async (stage) => {
      const bench = new Bench();
      const at = gate();
      const run = await bench.run(1, { [stage]: at.handler });
      const done = run.start();
      await at.begun;

      expect(await bench.store.requestCancel('d-1')).toBe(true);
      at.open();
      await done;

      expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.cancelled', code: 'cancelled' });
      expect(await bench.store.requestCancel('d-1')).toBe(false);
      expect((await bench.store.history('d-1')).filter((row) => row.stage === stage).map((row) => row.outcome)).toEqual(['ended']);
      expect(await bench.audit()).toEqual([]);
    },
  );

  it('ends a dataset as refused, with the reason', async () => {
    const bench = new Bench();
    const ingest = gate();
    const run = await bench.run(1, { ingest: ingest.handler });
    const done = run.start();
    await ingest.begun;

    await bench.store.requestCancel('d');
    ingest.open();
    await done;

    expect(await bench.store.get('d')).toMatchObject({ state: 'dataset.refused', code: 'cancelled' });
  });
});
