/**
 * Does faults to all services on servers of the test bed, one after the other, and judges each by the same rule
 * (pass-rule.ts). With --write the results go to `results/`, from which `npm run docs` makes docs/reference/faults.md.
 * Exits with 1 where a fault failed.
 *
 * Usage: node tools/chaos/services/main.ts [--rows 5,6] [--names store-away,store-slow] [--seed N] [--minutes N] [--out DIR] [--write]
 * With --minutes the chosen faults, by default those of chance (row 43), come again with the next seeds until the time is over.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SERVERS } from '../../cluster/cluster.ts';
import { recipeOf } from '../../testbed/recipes.ts';
import { serverFor } from '../../testbed/server-for.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { FAULTS } from './fault-table.ts';
import type { Fault } from './fault.ts';
import { LOADS, type LoadName, type Oracle } from './load.ts';
import { writeResult, type FaultResult } from './results.ts';
import { runFault, type Outcome } from './run-fault.ts';

/** Faults of chance. */
const SOAK_ROW = 43;

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    names: { type: 'string' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    out: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const firstSeed = Number(values.seed);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const rows = values.rows?.split(',').map(Number) ?? (minutes === undefined ? undefined : [SOAK_ROW]);
const names = values.names?.split(',');
const chosen = (rows?.flatMap((row) => FAULTS.filter((fault) => fault.row === row)) ?? FAULTS).filter(({ name }) => names?.includes(name) ?? true);
const folder = values.out ?? (await mkdtemp(join(tmpdir(), 'mle-smith-faults-')));

console.log(`seed ${firstSeed}, rows ${[...new Set(chosen.map(({ row }) => row))].join(', ')}, in ${folder}`);
const servers = await Promise.all(SERVERS.map(runningServer));
const software = SERVERS.map((name, place) => softwareOf(name, servers[place]));
// One for all faults; without it nobody sees what alerts would.
const watching = await serverFor('prometheus');
const prometheus = 'missing' in watching ? undefined : watching;
const loads = new Map<LoadName, { readonly datasets: readonly string[]; readonly oracle: Oracle }>();
let [done, failed] = [0, 0];
const until = performance.now() + (minutes ?? 0) * 60_000;
for (let seed = firstSeed; seed === firstSeed || performance.now() < until; seed += 1)
  for (const fault of chosen) {
    const outcome = await outcomeOf(fault, seed);
    done += 1;
    if (outcome.problems.length > 0) failed += 1;
    tell(fault, seed, outcome);
    // What could not be run here takes no result away. A fault that came again and again is told by its last failure.
    const counts = outcome.missing === undefined && (minutes === undefined || failed === 0 || outcome.problems.length > 0);
    if (values.write && counts) await writeResult(await resultOf(fault, seed, outcome));
  }
console.log(`${done} faults, ${failed} failed (first seed ${firstSeed})`);
if (failed === 0 && values.out === undefined) await rm(folder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;

async function runningServer(name: string): Promise<RunningServer> {
  const server = await serverFor(name);
  if ('missing' in server) throw new Error(`the services need ${name}: ${server.missing}`);
  return server;
}

function softwareOf(name: string, server: RunningServer | undefined): string {
  return server?.pid === undefined ? `${name} of the environment` : (recipeOf(name).software ?? name);
}

async function outcomeOf(fault: Fault, seed: number): Promise<Outcome> {
  const started = performance.now();
  const nothing = { recoveredAfterSeconds: undefined, extraAttempts: 0, told: [] };
  const missing = await fault.missing?.();
  if (missing !== undefined) return { ...nothing, problems: [], seconds: 0, missing };
  try {
    return await runFault(fault, { servers, prometheus, ...(await loadOf(fault.load)), seed, folder: join(folder, `${fault.row}-${fault.name}-${seed}`) });
  } catch (error) {
    const problems = [`the driver failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
    return { ...nothing, problems, seconds: (performance.now() - started) / 1_000 };
  }
}

/** The datasets of a load, and what comes of them without faults; made when the first fault asks. */
async function loadOf(name: LoadName): Promise<{ readonly datasets: readonly string[]; readonly oracle: Oracle | undefined }> {
  if (name === 'none') return { datasets: [], oracle: undefined };
  const known = loads.get(name);
  if (known !== undefined) return known;
  const datasets = await LOADS[name].datasets(join(folder, name, 'datasets'));
  const oracle = await LOADS[name].oracle(datasets, join(folder, name, 'oracle'));
  console.log(`${name} without faults: ${JSON.stringify(oracle.report.funnel)}, ${oracle.calls} calls of models, in ${oracle.report.seconds.toFixed(0)} s`);
  loads.set(name, { datasets, oracle });
  return { datasets, oracle };
}

function tell({ row, name }: Fault, seed: number, { problems, seconds, recoveredAfterSeconds, extraAttempts, told, missing }: Outcome): void {
  const verdict = missing === undefined ? (problems.length === 0 ? 'passed' : 'FAILED') : `not run: ${missing}`;
  const after = recoveredAfterSeconds === undefined ? '' : `, work went on after ${recoveredAfterSeconds.toFixed(0)} s`;
  console.log(`row ${row} ${name}, seed ${seed}: ${verdict} in ${seconds.toFixed(0)} s${after}, ${extraAttempts} extra attempts`);
  for (const sign of told) console.log(`  told by ${sign}`);
  for (const problem of problems) console.log(`  ${problem}`);
}

/** The result of a fault that was done. */
async function resultOf(fault: Fault, seed: number, { problems, seconds, recoveredAfterSeconds, extraAttempts, told }: Outcome): Promise<FaultResult> {
  const { row, name, what, recoverWithinSeconds } = fault;
  return {
    row,
    name,
    what,
    problems: [...problems],
    seconds: Math.round(seconds),
    ...(recoveredAfterSeconds === undefined ? {} : { recoveredAfterSeconds: Math.round(recoveredAfterSeconds) }),
    recoverWithinSeconds,
    extraAttempts,
    told: [...told],
    date: new Date().toISOString().slice(0, 10),
    seed,
    command: `node tools/chaos/services/main.ts --rows ${row} --seed ${seed}`,
    servers: [...software, ...(fault.load === 'pods' ? [softwareOf('kube', await runningServer('kube'))] : [])],
  };
}
