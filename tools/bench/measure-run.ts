import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { median } from './statistics.ts';

/** What one run over the datasets took. */
export interface RunFigures {
  readonly wallSeconds: number;
  readonly tasks: number;
  readonly tasksPerMinute: number;
  readonly stageSeconds: Readonly<Record<string, { median: number; total: number; runs: number }>>;
  readonly taskSeconds: { readonly median: number; readonly most: number };
  /** Median over verified tabular tasks of 1,000 to 10,000 rows. */
  readonly tabularSeconds: number | undefined;
  readonly assertSeconds: number;
  readonly peakMemoryMb: number;
}

interface Detail {
  readonly id: string;
  readonly state: string;
  readonly seconds: number;
  readonly stages: readonly { stage: string; seconds: number; runs: number }[];
}

/** Runs the program once with a number of workers and reads its report. */
export async function measureRun(root: string, datasets: readonly string[], workers: number, out: string): Promise<RunFigures> {
  const started = performance.now();
  const { peakMemoryMb } = await runCommand(join(root, 'mle-smith'), ['run', ...datasets, '--out', out, '--workers', String(workers), '--json']);
  const wallSeconds = (performance.now() - started) / 1000;
  const { details } = JSON.parse(await readFile(join(out, 'report', 'report.json'), 'utf8')) as { details: Detail[] };
  const stages = [...new Set(details.flatMap((detail) => detail.stages.map(({ stage }) => stage)))];
  const secondsOf = (stage: string): number[] =>
    details.flatMap((detail) => detail.stages.filter((entry) => entry.stage === stage).map(({ seconds }) => seconds));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const tabular = await Promise.all(
    details.filter((detail) => detail.state === 'verified').map(async (detail) => ((await isMiddling(join(out, 'tasks', detail.id))) ? [detail.seconds] : [])),
  );
  const asserts = details.map((detail) => sum(detail.stages.filter(({ stage }) => stage.startsWith('assert')).map(({ seconds }) => seconds)));
  const taskSeconds = details.map((detail) => detail.seconds);
  return {
    wallSeconds: Math.round(wallSeconds * 10) / 10,
    tasks: details.length,
    tasksPerMinute: Math.round((details.length / wallSeconds) * 600) / 10,
    stageSeconds: Object.fromEntries(
      stages.map((stage) => [stage, { median: median(secondsOf(stage)), total: Math.round(sum(secondsOf(stage)) * 10) / 10, runs: secondsOf(stage).length }]),
    ),
    taskSeconds: { median: median(taskSeconds), most: Math.max(...taskSeconds) },
    tabularSeconds: tabular.flat().length === 0 ? undefined : median(tabular.flat()),
    assertSeconds: median(asserts),
    peakMemoryMb,
  };
}

async function isMiddling(task: string): Promise<boolean> {
  const manifest = JSON.parse(await readFile(join(task, 'task.json'), 'utf8')) as { modality: string; split: { trainRows: number; testRows: number } };
  const rows = manifest.split.trainRows + manifest.split.testRows;
  return manifest.modality === 'tabular' && rows >= 1_000 && rows <= 10_000;
}
