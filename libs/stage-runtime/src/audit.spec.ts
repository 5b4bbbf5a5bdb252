import { digestOf } from '@mle-smith/package';
import { VIOLATIONS, auditStore } from './audit.ts';
import type { HistoryRow, SubjectRecord } from './subject-record.ts';
import { Bench } from './testing/bench.ts';
import { event } from './transitions.ts';

const MINUTE_MS = 60_000;

type Planted = readonly [record: Partial<SubjectRecord>, history?: (rows: readonly HistoryRow[]) => HistoryRow[]];

/** One wrong thing about the verified task `d-1`, for each kind. */
function plants(bench: Bench): Record<keyof typeof VIOLATIONS, Planted> {
  const now = bench.clock.now();
  const to = (state: string) => (rows: readonly HistoryRow[]) => rows.map((row, index) => (index === rows.length - 1 ? { ...row, to: state } : row));
  const open = (more: Partial<SubjectRecord>): Planted => [{ state: 'task.reviewed', ...more }, to('task.reviewed')];
  return {
    unknown_state: [{ state: 'task.dreaming' }, to('task.dreaming')],
    lease_outlived: open({ lease: { owner: 'ghost', until: now - 3 * MINUTE_MS } }),
    lease_after_end: [{ lease: { owner: 'ghost', until: now } }],
    event_unpublished: [{ outbox: [event('task.verified', { id: 'd-1', datasetId: 'd', generation: 1 }, {}, now - 6 * MINUTE_MS)] }],
    no_deadline: open({ deadline: 0 }),
    terminal_without_code: [{ state: 'task.abandoned' }, to('task.abandoned')],
    unknown_dataset: [{ kind: 'dataset', datasetId: 'elsewhere' }],
    child_missing: [{}, (rows) => rows.map((row, index) => (index === 0 ? { ...row, created: ['never-made'] } : row))],
    history_broken: [{}, (rows) => rows.filter((_, index) => index !== 2)],
    left_terminal: [{}, (rows) => [...rows, { at: '', generation: 1, attempt: 1, from: 'task.verified', to: 'task.verified', outcome: 'ended' }]],
    result_twice: [{}, (rows) => [...rows.slice(0, 1), { ...(rows[0] as HistoryRow), from: 'task.designed' }, ...rows.slice(1)]],
    state_without_history: [{ state: 'task.abandoned', code: 'trivial' }],
    document_missing: [{ documents: { gone: digestOf('never stored') } }],
    document_corrupt: [{ documents: { bad: digestOf('spoiled') } }],
  };
}

describe('the audit', () => {
  const verified = async (): Promise<Bench> => {
    const bench = new Bench();
    await (await bench.run(2, {})).start();
    const get = bench.artifacts.get.bind(bench.artifacts);
    bench.artifacts.get = async (digest) => {
      if (digest === digestOf('spoiled')) throw Object.assign(new Error('spoiled'), { code: 'artifact_corrupt' });
      return get(digest);
    };
    return bench;
  };

  it('finds nothing wrong with a finished run', async () => {
    expect(await (await verified()).audit()).toEqual([]);
  });

  it.each(Object.keys(VIOLATIONS) as (keyof typeof VIOLATIONS)[])('finds a planted %s and nothing else', async (code) => {
    const bench = await verified();
    const record = await bench.store.get('d-1');
    const [change, history = (rows: readonly HistoryRow[]) => [...rows]] = plants(bench)[code];
    bench.store.plant({ ...(record as SubjectRecord), ...change }, history(await bench.store.history('d-1')));

    const found = await bench.audit();

    // A task that turned into a dataset is also a child that its dataset misses.
    expect([...new Set(found.map((violation) => violation.code))].filter((other) => code !== 'unknown_dataset' || other !== 'child_missing')).toEqual([code]);
    expect(found.find((violation) => violation.code === code)?.message).toContain(VIOLATIONS[code]);
  });

  it('finds a bundle one of whose files is gone, and says which', async () => {
    const bench = await verified();
    const kept = { path: 'kept', digest: await bench.artifacts.put(new Uint8Array([1])), bytes: 1 };
    const bundle = await bench.artifacts.putBundle([kept, { ...kept, path: 'data/gone' }]);
    bench.store.plant({ ...((await bench.store.get('d-1')) as SubjectRecord), documents: { package: bundle } }, await bench.store.history('d-1'));
    const get = bench.artifacts.get.bind(bench.artifacts);
    bench.artifacts.get = async (digest) => (digest === kept.digest ? Promise.reject(new Error('gone')) : get(digest));

    expect(await auditStore(bench.store, bench.artifacts)).toMatchObject([
      { code: 'document_missing', subject: 'd-1', message: expect.stringContaining('package, data/gone') as string },
    ]);
  });

  it('has no complaint about a run that was killed a moment ago', async () => {
    const bench = new Bench();
    await bench.run(1, {});
    await bench.store.claim(['dataset.received'], 'killed', MINUTE_MS);
    bench.clock.advance(2 * MINUTE_MS);

    expect(await bench.audit()).toEqual([]);
  });
});
