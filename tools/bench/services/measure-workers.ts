import { setTimeout as rest } from 'node:timers/promises';
import { PIPELINE } from '@mle-smith/contracts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { Ends } from './ends.ts';
import { announce, APPS, names, StubStations } from './stub-stations.ts';

/** Tasks of stages that each take a fixed time, without a processor. */
export interface WorkersFigures {
  /** Workers of each station. */
  readonly workers: number;
  readonly tasksPerMinute: number;
  /** Of what is possible where nothing but the work takes time: the station with the most stages bounds it. */
  readonly ofIdeal: number;
}

const WORK_MS = 500;
const ROUNDS = 10;
const TASK_APPS = APPS.filter((app) => PIPELINE.some((row) => row.app === app && row.subject === 'task'));
const MOST_STAGES = Math.max(...TASK_APPS.map((app) => PIPELINE.filter((row) => row.app === app).length));

/** Measures with 1, 2 and 4 workers a station. */
export async function measureWorkers(servers: readonly RunningServer[], folder: string): Promise<readonly WorkersFigures[]> {
  const figures: WorkersFigures[] = [];
  for (const workers of [1, 2, 4]) figures.push(await measure(servers, folder, workers));
  return figures;
}

async function measure(servers: readonly RunningServer[], folder: string, workers: number): Promise<WorkersFigures> {
  const done = new Ends('task.verified');
  const stations = await StubStations.start(servers, folder, { apps: TASK_APPS, workers, work: () => rest(WORK_MS), onNotice: done.note });
  const tasks = workers * ROUNDS;
  await announce(stations.client, 'task.proposed', names('task', tasks));
  await done.count(tasks);
  await stations.stop();
  // From the first round's end on, when all stations are at work.
  const seconds = (done.times.at(-1) ?? 0) - (done.times[workers - 1] ?? 0);
  const perSecond = (tasks - workers) / seconds;
  const ideal = workers / ((MOST_STAGES * WORK_MS) / 1_000);
  return { workers, tasksPerMinute: Math.round(perSecond * 60), ofIdeal: Number((perSecond / ideal).toFixed(3)) };
}
