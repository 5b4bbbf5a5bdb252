/**
 * Measures what a user waits and pays for, prints a table and appends one line to history.jsonl.
 * Figures of different machines do not compare; ratios within one line do.
 *
 * Usage: node tools/bench/main.ts [--quick] [DATASET...]     (default: the bundled examples)
 */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureProfile } from './measure-profile.ts';
import { measureRun, type RunFigures } from './measure-run.ts';
import { measureStart } from './measure-start.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } });
const bundled = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => join(EXAMPLES, entry.name));
const datasets = positionals.length > 0 ? positionals : bundled;
const folder = await mkdtemp(join(tmpdir(), 'mle-smith-bench-'));

try {
  const startMs = await measureStart(ROOT);
  const one = await measureRun(ROOT, datasets, 1, join(folder, 'one'));
  const two = await measureRun(ROOT, datasets, 2, join(folder, 'two'));
  const profile = values.quick ? undefined : await measureProfile(ROOT, folder, 200);
  const line = {
    at: new Date().toISOString(),
    machine: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`,
    node: process.versions.node,
    datasets: datasets.length,
    startMs,
    one,
    two,
    speedup: round(one.wallSeconds / two.wallSeconds),
    ...(profile === undefined ? {} : { profile }),
  };
  await appendFile(join(import.meta.dirname, 'history.jsonl'), `${JSON.stringify(line)}\n`);
  print(line);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function print(line: {
  machine: string;
  startMs: number;
  one: RunFigures;
  two: RunFigures;
  speedup: number;
  profile?: { seconds: number; peakMemoryMb: number; megabytes: number };
}): void {
  const rows: [string, string][] = [
    ['machine', line.machine],
    ['start to first line, set up already', `${line.startMs} ms`],
    ...Object.entries(line.one.stageSeconds).map(([stage, { median, total, runs }]): [string, string] => [
      `stage ${stage}`,
      `${median} s median, ${total} s in ${runs} runs`,
    ]),
    ['a task, proposal to end, own processing (1 worker)', `${line.one.taskSeconds.median} s median, ${line.one.taskSeconds.most} s most`],
    ['a tabular task of 1,000 to 10,000 rows', `${line.one.tabularSeconds ?? '-'} s median`],
    ['both assert stages of one task', `${line.one.assertSeconds} s median`],
    ['tasks a minute, 1 worker', `${line.one.tasksPerMinute} (${line.one.wallSeconds} s)`],
    ['tasks a minute, 2 workers', `${line.two.tasksPerMinute} (${line.two.wallSeconds} s)`],
    ['2 workers against 1', `${line.speedup} times`],
    ['peak memory of the program itself, 2 workers', `${line.two.peakMemoryMb} MB`],
    ...(line.profile === undefined
      ? []
      : [
          ['profile of a large CSV', `${line.profile.megabytes} MB in ${line.profile.seconds} s, ${line.profile.peakMemoryMb} MB of memory`] as [
            string,
            string,
          ],
        ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, figure] of rows) console.log(`${name.padEnd(width)}  ${figure}`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
