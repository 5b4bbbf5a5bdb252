/**
 * Measures what each layer of the verification catches, and writes tools/scorecard/results.json, which
 * docs/reference/scorecard.md is made from (npm run docs).
 * options.ts says how it is used.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readSource } from '@mle-smith/ingest';
import { openBench } from './bench.ts';
import { NATURALS } from './natural.ts';
import { operatorTable } from './operators.ts';
import { readOptions, USAGE, UsageError, type Options } from './options.ts';
import { runScorecard } from './run.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORK = join(ROOT, '.cache', 'scorecard');
const MADE = join(WORK, 'made');
const values = optionsOf(process.argv.slice(2));
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
for (const folder of values.data)
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
    console.error(`scorecard: this is no folder of a dataset [path=${folder}]; check --data`);
    process.exit(2);
  }
await mkdir(dirname(resolve(values.out)), { recursive: true });
const started = performance.now();
const say = (line: string): void => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(5)} s  ${line}`);
const bench = await openBench(WORK, 2);
try {
  await mkdir(MADE, { recursive: true });
  execFileSync(bench.python, [join(import.meta.dirname, 'made_datasets.py'), MADE]);
  const folders = [...(await inside(join(ROOT, 'examples'))), ...(await inside(MADE)), ...values.data];
  const datasets: Record<string, string> = {};
  // A folder that is given stands for a bundled one of the same id.
  for (const folder of folders) {
    datasets[(await readSource(resolve(folder))).id] = resolve(folder);
  }
  for (const id of Object.keys(datasets)) if (!values.datasets.test(id)) delete datasets[id];
  const operators = (await operatorTable(bench.python)).filter(({ id }) => values.only.test(id));
  const naturals = NATURALS.filter(({ id }) => values.only.test(id));
  say(`${Object.keys(datasets).length} datasets, ${operators.length} operators, ${naturals.length} silly tasks, ${values.workers} workers`);
  const results = await runScorecard(bench, {
    datasets,
    operators,
    naturals,
    packages: values.packages,
    variations: values.variations,
    workers: values.workers,
    say,
  });
  await writeFile(values.out, `${JSON.stringify(results)}\n`);
  say(`${bench.jobs.counts.runs} jobs run, ${bench.jobs.counts.hits} remembered; results in ${values.out}`);
} finally {
  await bench.close();
}

async function inside(folder: string): Promise<string[]> {
  return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function optionsOf(args: readonly string[]): Options {
  try {
    return readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`scorecard: ${error.message}`);
    process.exit(2);
  }
}
