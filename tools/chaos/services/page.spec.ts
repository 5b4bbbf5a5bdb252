import { ELSEWHERE } from './elsewhere.ts';
import { FAULTS } from './fault-table.ts';
import { faultsPage } from './page.ts';
import type { FaultResult } from './results.ts';
import { signText } from './sign.ts';

const RESULT: FaultResult = {
  row: 8,
  name: 'broker-gone',
  what: 'the broker away',
  problems: [],
  seconds: 9,
  recoveredAfterSeconds: 2,
  recoverWithinSeconds: 60,
  extraAttempts: 0,
  date: '2026-01-01',
  seed: 1,
  command: 'npm run chaos',
  servers: [],
};
const rowOf = (page: string, name: string): string | undefined => page.split('\n').find((line) => line.includes(`\`${name}\``));

describe('the page of faults', () => {
  it('has a row for each fault of the table, also for one whose row has the result of another', () => {
    const page = faultsPage([RESULT]);

    expect(FAULTS.filter(({ name }) => rowOf(page, name) === undefined)).toEqual([]);
    expect(rowOf(page, 'broker-gone')).toContain('passed');
    expect(rowOf(page, 'broker-restarted')).toContain('not run yet');
    expect(page).toContain('1 of 1 faults passed');
  });

  it('tells what an operator is told by, and what of it was not looked for yet', () => {
    const [sign = ''] = FAULTS.find(({ name }) => name === 'broker-gone')?.told.map(signText) ?? [];

    expect(rowOf(faultsPage([RESULT]), 'broker-gone')).toContain(`| ${sign} (**not checked yet**)`);
    expect(rowOf(faultsPage([{ ...RESULT, told: ['alert of old'] }]), 'broker-gone')).toContain('not checked yet');
    expect(rowOf(faultsPage([{ ...RESULT, told: [sign] }]), 'broker-gone')).toContain(`| ${sign} |`);
    expect(rowOf(faultsPage([]), 'messages-thrice')).toContain('no alert and no timeline: news only wake');
  });

  it('keeps the result of a fault that the table has no more, and says why a row has no fault', () => {
    const page = faultsPage([{ ...RESULT, name: 'of-old' }]);

    expect(rowOf(page, 'of-old')).toContain('passed');
    expect(page).toContain('not run: there is one version');
    expect(rowOf(page, 'api-server-away')).toMatch(/not run yet\*\*; specs, on every/);
  });

  it('names what could not be exercised here, each with a command that does it elsewhere', () => {
    const rows = faultsPage([]).split('## What was not exercised')[1]?.split('\n') ?? [];

    for (const named of ['gVisor', 'Kata', 'NetworkPolicy', 'GPU', 'several nodes', 'Kueue', 'an engine built', 'KEDA', 'HorizontalPodAutoscaler'])
      expect(rows.find((row) => row.split(' | ')[0]?.includes(named))).toMatch(/\| [^|]*`[^`]+`[^|]* \|$/);
    expect(ELSEWHERE.filter(({ command }) => !/`(kubectl|helm|see|docker) /.test(command))).toEqual([]);
  });
});
