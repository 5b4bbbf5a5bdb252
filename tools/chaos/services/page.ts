import { page, table } from '../../docs/tables.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { FAULTS } from './fault-table.ts';
import type { Fault } from './fault.ts';
import { MATRIX } from './matrix.ts';
import type { FaultResult } from './results.ts';
import { signText } from './sign.ts';

const UNCHECKED = '**not checked yet**';
const TOLD_BY =
  'The last column says what tells an operator of a fault, and the driver looks for it in each run: a line of the timeline of a dataset or task (`mle-smith show`), an alert, a metric or a code of the log. Prometheus asks the services every three seconds meanwhile. Faults last seconds or minutes and alerts wait longer before they fire, so what is looked for is that the expression of the alert held, as in one that is pending; where its figure is an age that the fault is too short for, that the figure went as high as is said. After a kill the old place of a process is asked until the new one is known, as an operator’s Prometheus does.';

/** docs/reference/faults.md: what the services came through. */
export function faultsPage(results: readonly FaultResult[]): string {
  return page(
    'Faults and what came of them',
    'Each fault is done to all services at work on real servers, started from nothing. The same rule judges all: the verdicts and packages of a run without faults in sandboxes of one machine, byte for byte (where execute runs its jobs in pods, in rows 3 and 27 to 30, but for the line of a verdict that says what kept candidates apart); a clean audit; no attempt of a stage done again beside those that a killed process had in hand (and what the fault is allowed); work goes on within the stated time with nobody’s help; no error that nobody handled, no crash of a consumer, no log line without a code; and an operator is told. Written by `npm run chaos`; rows are those of the fault matrix. Leases last 10 s or less in these runs (60 s by default): for so long waits what a process had in hand when it was killed. A result counts for the machine, the day and the servers that it names.',
    TOLD_BY,
    `${results.filter(({ problems }) => problems.length === 0).length} of ${results.length} faults passed, ${untriedOf(results).length} were not run yet. Servers: ${[...new Set(results.flatMap(({ servers }) => servers))].sort().join('; ')}.`,
    table(
      ['row', 'what', 'result', 'work went on after', 'extra attempts', 'took', 'run', 'told by'],
      MATRIX.flatMap((row) => rowsOf(row, results)),
    ),
    '## What was not exercised on a bare machine',
    'The servers above run without a container engine, on one node. What is not to be had there, what stands in its place, and what exercises it where it is; `values.yaml` and names as in [Kubernetes](../operations/kubernetes.md).',
    table(
      ['what', 'here', 'elsewhere'],
      ELSEWHERE.map(({ what, here, command }) => [what, here, command]),
    ),
    ...(results.some(({ problems }) => problems.length > 0) ? ['## What failed', failures(results)] : []),
  );
}

/** A row for each fault of the table, and for each result of one that is there no more. */
function rowsOf({ row, title, without }: (typeof MATRIX)[number], results: readonly FaultResult[]): string[][] {
  const own = results.filter((result) => result.row === row);
  const untried = untriedOf(results).filter((fault) => fault.row === row);
  if (own.length + untried.length === 0) return [[String(row), title, `not run: ${without ?? 'not done yet'}`, '', '', '', '', '']];
  return [
    ...own.map(({ name, what, problems, recoveredAfterSeconds, recoverWithinSeconds, extraAttempts, seconds, date, seed, told }) => [
      String(row),
      `\`${name}\`: ${what}`,
      problems.length === 0 ? 'passed' : '**failed**',
      recoveredAfterSeconds === undefined ? `not within ${recoverWithinSeconds} s` : `${recoveredAfterSeconds} s of ${recoverWithinSeconds} s`,
      String(extraAttempts),
      `${seconds} s`,
      `${date}, seed ${seed}`,
      toldBy(name, told),
    ]),
    ...untried.map(({ name, what }) => [
      String(row),
      `\`${name}\`: ${what}`,
      `**not run yet**${without === undefined ? '' : `; ${without}`}`,
      '',
      '',
      '',
      '',
      toldBy(name, undefined),
    ]),
  ];
}

/** What tells an operator of a fault, and what of it was not looked for in its last run. */
function toldBy(name: string, seen: readonly string[] = []): string {
  const fault = FAULTS.find((other) => other.name === name);
  if (fault === undefined) return '';
  const signs = fault.told.map(signText);
  const marked = signs.map((sign) => (seen.includes(sign) ? sign : `${sign} (${UNCHECKED})`));
  return [...(fault.unseen === undefined ? [] : [`no alert and no timeline: ${fault.unseen}`]), ...marked].join('; ');
}

/** Faults of the table without a result. */
function untriedOf(results: readonly FaultResult[]): readonly Fault[] {
  return FAULTS.filter(({ name }) => !results.some((result) => result.name === name));
}

function failures(results: readonly FaultResult[]): string {
  return results
    .filter(({ problems }) => problems.length > 0)
    .map(
      ({ name, problems, command }) =>
        `- \`${name}\` (\`${command}\`)\n${problems.map((problem) => `  - ${problem.replaceAll('\n', ' ').slice(0, 500)}`).join('\n')}`,
    )
    .join('\n');
}
