/**
 * Kills a run at seeded moments, starts it again until it is done, and compares what it leaves with an undisturbed
 * run: packages byte for byte, outcomes, and a clean audit. Exits with 1 where they differ.
 *
 * Usage: node tools/chaos/main.ts [--seed N] [--kills N] [--workers N] [--out DIR] [DATASET...]
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, digestTree } from './digest-tree.ts';
import { disturb, outcomes } from './disturb.ts';
import { killMoments } from './kill-moments.ts';
import { launch } from './launch.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'mle-smith');
const EXAMPLES = join(ROOT, 'examples');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    workers: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
const [seed, kills, workers] = [values.seed, values.kills, values.workers].map(Number) as [number, number, number];
const bundled = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => join(EXAMPLES, entry.name));
const datasets = positionals.length > 0 ? positionals : bundled;
const out = values.out ?? (await mkdtemp(join(tmpdir(), 'mle-smith-chaos-')));
const runInto = (name: string) => ['run', ...datasets, '--out', join(out, name), '--workers', String(workers), '--json'];

console.log(`seed ${seed}, ${kills} kills, ${datasets.length} datasets, ${workers} workers, in ${out}`);
const started = performance.now();
const calm = await disturb(
  () => launch(PROGRAM, runInto('calm')),
  [],
  () => undefined,
);
const runMs = performance.now() - started;
console.log(`undisturbed: ${(runMs / 1000).toFixed(1)} s, ${calm.report.funnel.verified} verified`);

const problems: string[] = [];
let done = 0;
for (let round = 1; done < kills; round += 1) {
  const name = `disturbed-${round}`;
  const disturbed = await disturb(
    (killAfterMs) => launch(PROGRAM, runInto(name), killAfterMs),
    killMoments(seed + round, kills - done, runMs),
    (kill, afterMs) => console.log(`  kill ${done + kill} after ${(afterMs / 1000).toFixed(2)} s`),
  );
  done += disturbed.kills;
  const found = differences(await digestTree(join(out, 'calm', 'tasks')), await digestTree(join(out, name, 'tasks')));
  if (outcomes(disturbed.report) !== outcomes(calm.report))
    found.push(`other outcomes: ${outcomes(disturbed.report)} and undisturbed ${outcomes(calm.report)}`);
  const audit = await launch(PROGRAM, ['audit', '--out', join(out, name)]);
  if (audit.exitCode !== 0) found.push(`the audit is not clean: ${(audit.stdout + audit.stderr).trim()}`);
  console.log(
    `round ${round}: ${disturbed.kills} kills, ${found.length === 0 ? 'the same packages and outcomes, audit clean' : `${found.length} differences`}`,
  );
  problems.push(...found.map((problem) => `${name}: ${problem}`));
  if (disturbed.kills === 0) {
    problems.push(`${name}: the run was done before the first kill; name larger datasets`);
    break;
  }
}
for (const problem of problems) console.log(problem);
console.log(`${done} kills, ${problems.length} problems (seed ${seed})`);
if (problems.length === 0 && values.out === undefined) await rm(out, { recursive: true, force: true });
process.exitCode = problems.length === 0 ? 0 : 1;
