import { page, table } from '../../docs/tables.ts';
import { FAULTS } from './fault-table.ts';
import type { Fault } from './fault.ts';
import { MATRIX } from './matrix.ts';
import type { FaultResult } from './results.ts';

/** docs/reference/faults.md: what the services came through. */
export function faultsPage(results: readonly FaultResult[]): string {
  const tried = results.filter(({ missing }) => missing === undefined);
  return page(
    'Faults and what came of them',
    'Each fault is done to all services at work on real servers, started from nothing. The same rule judges all: the verdicts and packages of a run without faults in sandboxes of one machine, byte for byte (where execute runs its jobs in pods, in rows 3 and 27 to 30, but for the line of a verdict that says what kept candidates apart); a clean audit; no attempt of a stage done again beside those that a killed process had in hand (and what the fault is allowed); work goes on within the stated time with nobody’s help; no error that nobody handled, no crash of a consumer, no log line without a code. Written by `npm run chaos`; rows are those of the fault matrix. Leases last 10 s or less in these runs (60 s by default): for so long waits what a process had in hand when it was killed. A result counts for the machine, the day and the servers that it names.',
    `${tried.filter(({ problems }) => problems.length === 0).length} of ${tried.length} faults passed, ${untriedOf(results).length} were not run yet. Servers: ${[...new Set(results.flatMap(({ servers }) => servers))].sort().join('; ')}.`,
    table(
      ['row', 'what', 'result', 'work went on after', 'extra attempts', 'took', 'run'],
      MATRIX.flatMap((row) => rowsOf(row, results)),
    ),
    ...(tried.some(({ problems }) => problems.length > 0) ? ['## What failed', failures(tried)] : []),
  );
}

/** A row for each fault of the table, and for each result of one that is there no more. */
function rowsOf({ row, title, without }: (typeof MATRIX)[number], results: readonly FaultResult[]): string[][] {
  const own = results.filter((result) => result.row === row);
  const untried = untriedOf(results).filter((fault) => fault.row === row);
  if (own.length + untried.length === 0) return [[String(row), title, `not run: ${without ?? 'not done yet'}`, '', '', '', '']];
  return [
    ...own.map(({ name, what, missing, problems, recoveredAfterSeconds, recoverWithinSeconds, extraAttempts, seconds, date, seed }) => [
      String(row),
      `\`${name}\`: ${what}`,
      ...(missing === undefined
        ? [
            problems.length === 0 ? 'passed' : '**failed**',
            recoveredAfterSeconds === undefined ? `not within ${recoverWithinSeconds} s` : `${recoveredAfterSeconds} s of ${recoverWithinSeconds} s`,
            String(extraAttempts),
            `${seconds} s`,
          ]
        : [`not run: ${missing}`, '', '', '']),
      `${date}, seed ${seed}`,
    ]),
    ...untried.map(({ name, what }) => [String(row), `\`${name}\`: ${what}`, `**not run yet**${without === undefined ? '' : `; ${without}`}`, '', '', '', '']),
  ];
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
