import type { Funnel } from '@mle-smith/contracts';
import { isMicroId } from '@mle-smith/task';
import type { TaskStore } from './task-store.ts';

/** How many subjects entered and left each stage; a task counts once for a stage, whatever its generations, and micro variants do not count. */
export async function funnelOf(store: TaskStore): Promise<Funnel> {
  const subjects = await store.list();
  const tasks = subjects.filter((subject) => subject.kind === 'task' && !isMicroId(subject.id));
  const datasets = subjects.filter((subject) => subject.kind === 'dataset');
  const reached = await Promise.all(
    tasks.map(async (task) => new Set((await store.history(task.id)).filter((row) => row.outcome === 'advanced').map((row) => row.stage))),
  );
  const passed = (stage: string): number => reached.filter((stages) => stages.has(stage)).length;
  return {
    datasets: datasets.length,
    refused: datasets.filter((dataset) => dataset.state === 'dataset.refused').length,
    proposed: tasks.length,
    designed: passed('design'),
    designAsserted: passed('assert-design'),
    refactored: passed('refactor'),
    asserted: passed('assert-package'),
    reviewed: passed('review'),
    verified: tasks.filter((task) => task.state === 'task.verified').length,
    abandoned: tasks.filter((task) => task.state === 'task.abandoned').length,
  };
}
