import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport } from '@mle-smith/contracts';
import { metricsIn, mismatchesIn } from '../../dashboards/metrics-in.ts';
import { FAULTS } from './fault-table.ts';
import type { Oracle } from './load.ts';
import { MATRIX } from './matrix.ts';
import { problemsOf, type LoadSeen, type Seen } from './pass-rule.ts';
import { queryOf } from './sign.ts';

const REPORT: RunReport = {
  datasets: [{ id: 'a', state: 'done', tasks: ['t', 'u'] }],
  tasks: [
    { id: 't', dataset: 'a', state: 'verified', generations: 1, seconds: 3 },
    { id: 'u', dataset: 'a', state: 'abandoned', code: 'trivial', generations: 1, seconds: 3 },
  ],
  funnel: { datasets: 1, refused: 0, proposed: 2, designed: 2, designAsserted: 2, refactored: 2, asserted: 2, reviewed: 2, verified: 1, abandoned: 1 },
  distinct: 1,
  seconds: 4,
  version: '0.1.0',
};
const ORACLE: Oracle = { report: REPORT, packages: new Map([['t/task.json', 'one']]), calls: 7 };
const LOAD: LoadSeen = { report: { ...REPORT, seconds: 90 }, packages: new Map([['t/task.json', 'one']]), audit: '', useful: 10, timelines: [] };
const SEEN: Seen = {
  load: LOAD,
  attempts: { started: 12, lost: 2 },
  cancelled: new Set(),
  calls: { different: 7, unanswered: 2, again: ['design', 'start', 'review'], problems: [] },
  recoveredAfterSeconds: 9,
  lines: [{ service: 'design', at: 1, code: 'stage.advanced' }],
  noise: [],
  ends: [],
  signs: [
    { sign: { log: 'store.unreachable' }, seen: true },
    { sign: { alert: 'MleSmithStoreAway' }, seen: undefined },
  ],
  complaints: [],
};
const FAULT = { recoverWithinSeconds: 10 };
const [VERIFIED] = REPORT.tasks as [RunReport['tasks'][number]];

describe('the rule of faults', () => {
  it('finds nothing where verdicts, packages, audit, work, time and lines are as they must be', () => {
    expect(problemsOf(FAULT, ORACLE, SEEN)).toEqual([]);
  });

  it.each<[string, Partial<Seen>, RegExp]>([
    ['another verdict', { load: { ...LOAD, report: { ...REPORT, tasks: [VERIFIED, { ...VERIFIED, id: 'u' }] } } }, /other verdicts/],
    ['a task that is missing', { load: { ...LOAD, report: { ...REPORT, tasks: [VERIFIED] } } }, /other verdicts/],
    ['a package with other bytes', { load: { ...LOAD, packages: new Map([['t/task.json', 'two']]) } }, /t\/task.json has other bytes/],
    ['a package that is missing', { load: { ...LOAD, packages: new Map() } }, /t\/task.json is missing/],
    ['a load that did not end', { load: { ...LOAD, report: undefined } }, /did not come to its end/],
    ['an audit that is not clean', { load: { ...LOAD, audit: 'result_twice t: a stage was passed twice' } }, /audit is not clean: result_twice/],
    ['work that was done again', { attempts: { started: 13, lost: 2 } }, /3 attempts came to nothing, and 2 may/],
    [
      'calls that were paid for again',
      { calls: { different: 7, unanswered: 1, again: ['design', 'review'], problems: [] } },
      /2 calls of models came again \(design, review\), and 1 may/,
    ],
    ['calls that nobody makes without faults', { calls: { different: 8, unanswered: 2, again: ['design'], problems: [] } }, /8 different calls/],
    ['a recovery that took too long', { recoveredAfterSeconds: 11 }, /within 10 s/],
    ['a recovery that did not come', { recoveredAfterSeconds: undefined }, /within 10 s/],
    ['a service that ended by itself', { ends: [{ service: 'design', code: 1, signal: null }] }, /design ended by itself \[exit=1\]/],
    ['an error that nobody handled', { lines: [{ service: 'design', at: 1, code: 'service.failed', data: { error: 'x' } }] }, /design failed/],
    ['a consumer that crashed', { lines: [{ service: 'design', at: 1, code: 'bus.consumer_crashed' }] }, /consumers crashed 1 times/],
    ['a line without a code', { noise: [{ service: 'design', text: 'TypeError: no' }] }, /without a code: TypeError: no/],
    ['a fault that nobody is told of', { signs: [{ sign: { log: 'store.unreachable' }, seen: false }] }, /not told by.*log `store.unreachable`/],
    ['a complaint of the fault', { complaints: ['nothing was fenced'] }, /nothing was fenced/],
  ])('tells of %s', (_, change, told) => {
    const problems = problemsOf(FAULT, ORACLE, { ...SEEN, ...change });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(told);
  });

  it('lets a fault cost what it is allowed, and no more', () => {
    const allowance = { attempts: 1, crashes: 1, ends: [134], noise: /^FATAL ERROR/ };
    const seen: Seen = {
      ...SEEN,
      attempts: { started: 13, lost: 2 },
      lines: [{ service: 'design', at: 1, code: 'bus.consumer_crashed' }],
      noise: [{ service: 'design', text: 'FATAL ERROR: heap' }],
      ends: [{ service: 'design', code: 134, signal: null }],
    };

    expect(problemsOf({ ...FAULT, allowance }, ORACLE, seen)).toEqual([]);
    expect(problemsOf({ ...FAULT, allowance: { ...allowance, attempts: 0, ends: [] } }, ORACLE, seen)).toHaveLength(2);
  });

  it('looks at the rest where a fault cancels some tasks, and wants those cancelled', () => {
    const tasks: RunReport['tasks'] = [VERIFIED, { ...VERIFIED, id: 'u', state: 'abandoned', code: 'cancelled' }];
    const seen = { ...SEEN, cancelled: new Set(['u']), load: { ...LOAD, report: { ...REPORT, tasks } } };

    expect(problemsOf(FAULT, ORACLE, seen)).toEqual([]);
    expect(problemsOf(FAULT, ORACLE, { ...seen, load: LOAD })).toEqual(['u was cancelled and is abandoned']);
    const fewer = { calls: { different: ORACLE.calls - 1, unanswered: 0, again: [], problems: [] } };
    expect(problemsOf(FAULT, ORACLE, { ...seen, ...fewer })).toEqual([]);
    expect(problemsOf(FAULT, ORACLE, { ...SEEN, ...fewer })).toHaveLength(1);
  });
});

describe('the table of faults', () => {
  it('has a name of its own and a row of the matrix for each', () => {
    const rows = MATRIX.map(({ row }) => row);

    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(FAULTS.filter(({ row }) => !rows.includes(row)).map(({ name }) => name)).toEqual([]);
  });

  it('holds every fault that the folder has', async () => {
    const folder = join(import.meta.dirname, 'faults');
    const modules = await Promise.all((await readdir(folder)).map(async (file) => (await import(join(folder, file))) as Readonly<Record<string, unknown>>));
    const made = modules.flatMap((module) => Object.entries(module)).filter(([, value]) => typeof value === 'object' && value !== null && 'inject' in value);

    expect(made.length).toBeGreaterThan(40);
    expect(made.filter(([, fault]) => !(FAULTS as readonly unknown[]).includes(fault)).map(([name]) => name)).toEqual([]);
  });

  it('names a timeline or an alert for each, or why there is none; a log alone tells of a service that cannot start', () => {
    const quiet = FAULTS.filter(({ told, unseen }) => unseen === undefined && !told.some((sign) => 'step' in sign || 'alert' in sign));

    expect(quiet.map(({ name }) => name).sort()).toEqual(['errors-of-configuration', 'names-that-do-not-resolve', 'store-not-set-up']);
    expect(quiet.filter(({ load, waitsAtStart }) => load !== 'none' && waitsAtStart !== true)).toEqual([]);
  });

  it('asks for series, labels and values that there are', () => {
    const queries = FAULTS.flatMap(({ told }) => told.flatMap((sign) => queryOf(sign, 'n') ?? []));

    expect(queries.length).toBeGreaterThan(10);
    expect(queries.flatMap(mismatchesIn)).toEqual([]);
    expect(queries.flatMap((query) => metricsIn(query).unknown)).toEqual([]);
    expect(() => queryOf({ alert: 'MleSmithOutboxOld', from: 301 }, 'n')).toThrow(/more than 301/);
  });
});
