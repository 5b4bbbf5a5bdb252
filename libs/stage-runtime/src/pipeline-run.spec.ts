import { allSubjects } from './each-subject.ts';
import type { StageHandler } from './stage.ts';
import { Bench } from './testing/bench.ts';
import { HostileEventBus } from './testing/hostile-event-bus.ts';
import { BLOCKING } from './testing/scripted-stages.ts';

describe('a pipeline run', () => {
  it('takes a dataset and its tasks to their ends and leaves a clean store', async () => {
    const bench = new Bench();

    await (await bench.run(3, {})).start();

    expect(await bench.states()).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.verified', 'd-2': 'task.verified', 'd-3': 'task.verified' });
    expect(Object.keys((await bench.store.get('d-1'))?.documents ?? {})).toEqual([
      'brainstorm',
      'design',
      'assert-design',
      'refactor',
      'assert-package',
      'review',
      'execute',
    ]);
    expect((await bench.store.history('d')).map((row) => row.created)).toEqual([undefined, ['d-1', 'd-2', 'd-3']]);
    expect(await bench.audit()).toEqual([]);
  });

  it('finishes tasks before it starts others', async () => {
    const bench = new Bench();

    await (await bench.run(2, {}, { workers: 1 })).start();

    const ended = bench.notices.filter((notice) => notice.to === 'task.verified').map((notice) => notice.record.id);
    expect(ended).toEqual(['d-1', 'd-2']);
    expect(bench.notices.findIndex((notice) => notice.record.id === 'd-2')).toBeGreaterThan(bench.notices.findIndex((notice) => notice.to === 'task.verified'));
  });

  it('starts once, however often it is told to', async () => {
    const bench = new Bench();
    const run = await bench.run(1, {});

    await Promise.all([run.start(), run.start()]);

    expect(bench.notices.filter((notice) => notice.phase === 'finished' && notice.stage === 'ingest')).toHaveLength(1);
  });

  it('does finished stages no second time when it goes on after a stop', async () => {
    const bench = new Bench();
    const asked: string[] = [];
    const count: StageHandler = async (item) => {
      asked.push(item.id);
      return { kind: 'advanced', documents: {} };
    };
    const first = await bench.run(2, { design: count });
    bench.onNotice = (notice) => {
      if (notice.stage === 'refactor') void first.stop();
    };
    await first.start();

    await (await bench.run(2, { design: count })).start();

    expect(asked.sort()).toEqual(['d-1', 'd-2']);
    expect(await bench.states()).toMatchObject({ 'd-1': 'task.verified', 'd-2': 'task.verified' });
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('has the same effects over a hostile bus, seed %i', async (seed) => {
    const bench = new Bench();
    const asked: string[] = [];
    const run = await bench.run(
      6,
      {
        design: async (item) => {
          asked.push(`${item.id}/${item.generation}`);
          return { kind: 'advanced', documents: {} };
        },
        review: async (item) =>
          item.id === 'd-2' && item.generation === 1
            ? { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} }
            : { kind: 'advanced', documents: {} },
      },
      { bus: new HostileEventBus(seed), workers: 1 + (seed % 4) },
    );

    await run.start();

    expect(Object.values(await bench.states()).filter((state) => state === 'task.verified')).toHaveLength(6);
    expect(asked.sort()).toEqual(['d-1/1', 'd-2/1', 'd-2/2', 'd-3/1', 'd-4/1', 'd-5/1', 'd-6/1']);
    expect((await allSubjects(bench.store)).flatMap((record) => record.outbox)).toEqual([]);
    expect(await bench.audit()).toEqual([]);
  });

  it('says that the bus takes nothing, and keeps every event for the next run', async () => {
    const bench = new Bench();

    await expect((await bench.run(2, {}, { bus: new HostileEventBus(1, { drops: 1 }) })).start()).rejects.toMatchObject({ code: 'bus_unreachable' });

    await (await bench.run(2, {})).start();
    expect(await bench.states()).toMatchObject({ 'd-1': 'task.verified', 'd-2': 'task.verified' });
  });

  it('ends with the fault of its store, every worker stopped', async () => {
    const bench = new Bench();
    let working = 0;
    const run = await bench.run(2, {
      design: async (item, { signal }) => {
        working += 1;
        if (item.id === 'd-2') return { kind: 'advanced', documents: {} };
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to stop'))));
      },
    });
    const apply = bench.store.apply.bind(bench.store);
    bench.store.apply = async (id, ...rest) => {
      if (id === 'd-2') throw new Error('database or disk is full');
      return apply(id, ...rest);
    };

    await expect(run.start()).rejects.toThrow('database or disk is full');

    expect(working).toBe(2);
    expect((await bench.store.get('d-1'))?.lease).toBeUndefined();
  });
});
