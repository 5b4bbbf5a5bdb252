import { funnelOf } from './funnel.ts';
import { Bench } from './testing/bench.ts';
import { BLOCKING } from './testing/scripted-stages.ts';

describe('the funnel', () => {
  it('counts each subject once at each stage, whatever its generations', async () => {
    const bench = new Bench();
    await (
      await bench.run(4, {
        'assert-design': async (item) =>
          item.generation === 1 ? { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} } : { kind: 'advanced', documents: {} },
        review: async (item) => (item.id === 'd-2' ? { kind: 'ended', code: 'rejected_by_review', message: 'dull' } : { kind: 'advanced', documents: {} }),
        execute: async (item) => (item.id === 'd-3' ? { kind: 'ended', code: 'trivial', message: 'too easy' } : { kind: 'advanced', documents: {} }),
      })
    ).start();

    expect(await funnelOf(bench.store)).toEqual({
      datasets: 1,
      refused: 0,
      proposed: 4,
      designed: 4,
      designAsserted: 4,
      refactored: 4,
      asserted: 4,
      reviewed: 3,
      verified: 2,
      abandoned: 2,
    });
  });

  it('counts what was refused', async () => {
    const bench = new Bench();
    await (await bench.run(4, { ingest: async () => ({ kind: 'ended', code: 'too_few_rows', message: '20 rows' }) })).start();

    expect(await funnelOf(bench.store)).toMatchObject({ datasets: 1, refused: 1, proposed: 0 });
  });
});
