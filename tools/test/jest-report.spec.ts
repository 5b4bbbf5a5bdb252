import { filesForSecondRun, readJestReport, totalOf, type JestRun } from './jest-report.ts';

const file = (name: string, ...statuses: string[]): object => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  message: statuses.includes('failed') ? `${name} is wrong` : '',
  assertionResults: statuses.map((status, place) => ({ status, fullName: `${name} ${place}` })),
});
const run = (...testResults: object[]): JestRun =>
  readJestReport(JSON.stringify({ testResults }), { ok: !JSON.stringify(testResults).includes('"failed"'), told: '' });

describe('the report of a run of Jest', () => {
  it('counts what passed, failed and did not run, and a file that does not load as one failure', () => {
    const broken = { name: 'broken', status: 'failed', message: 'no such module', assertionResults: [] };
    expect(totalOf(run(file('a', 'passed', 'skipped'), file('b', 'passed', 'failed'), broken))).toEqual({
      passed: 2,
      failed: 2,
      skipped: ['a 1'],
      output: 'b\nb is wrong\nbroken\nno such module',
      unsteady: [],
    });
  });

  it('is a failure where Jest ended before it could count', () => {
    expect(totalOf(readJestReport('', { ok: false, told: 'Jest was ended' }))).toMatchObject({ passed: 0, failed: 1, output: 'Jest was ended' });
  });

  it('tells a file that failed and passed alone as unsteady, with what it said', () => {
    const first = run(file('a', 'passed'), file('b', 'passed', 'failed'));
    expect(totalOf(first, run(file('b', 'passed', 'passed')))).toMatchObject({
      passed: 3,
      failed: 0,
      unsteady: [{ name: 'b', message: 'b is wrong' }],
    });
  });

  it('fails where a file fails twice, or the second run leaves one out or breaks', () => {
    const first = run(file('a', 'passed'), file('b', 'failed'), file('c', 'failed'));
    expect(totalOf(first, run(file('b', 'passed'), file('c', 'failed')))).toMatchObject({ passed: 2, failed: 1, unsteady: [{ name: 'b' }] });
    expect(totalOf(first, run(file('b', 'passed')))).toMatchObject({ failed: 1 });
    expect(totalOf(first, readJestReport('', { ok: false, told: 'killed' })).failed).toBeGreaterThan(0);
  });

  it('has a second run only for a few failures', () => {
    const failures = ['a', 'b', 'c', 'd'].map((name) => file(name, 'failed'));
    expect([0, 1, 3, 4].map((count) => filesForSecondRun(run(...failures.slice(0, count))).length)).toEqual([0, 1, 3, 0]);
  });
});
