import { join } from 'node:path';
import { LOADS } from '../../chaos/services/load.ts';
import { Pods } from '../../chaos/services/pods.ts';
import { Rig } from '../../chaos/services/rig.ts';
import { runLoad } from '../../chaos/services/run-load.ts';
import { seededRandom } from '../../chaos/kill-moments.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';

/** What execute takes of a cluster for tasks, with services at work on servers. */
export interface TaskFigures {
  /** Tasks that execute came to a verdict about, and those of them that were verified. */
  readonly tasks: number;
  readonly verified: number;
  /** Pods of one job each: those of a task, and those that a process runs once for all of its tasks. */
  readonly podsATask: number;
  readonly podsAProcess: number;
  /** Pods for code of ours, used again and again. */
  readonly warmPods: number;
  /** Seconds of the stage, of each task, the first one with what a process runs once: in pods, and in sandboxes of this machine. */
  readonly inPods: readonly number[];
  readonly inSandboxes: readonly number[];
}

/** What a process runs once, by the names of its jobs. */
const ONCE = /^solve-(mode|limit)-/;
const WITHIN_SECONDS = 900;

/** Runs the load of faults, with none, once with execute in pods and once in sandboxes. */
export async function measureTasks(servers: readonly RunningServer[], cluster: RunningServer, folder: string): Promise<TaskFigures> {
  const datasets = await LOADS.pods.datasets(join(folder, 'datasets'));
  const inPods = await oneRun(servers, datasets, join(folder, 'pods'), cluster);
  const inSandboxes = await oneRun(servers, datasets, join(folder, 'sandboxes'), undefined);
  const once = inPods.keys.filter((key) => ONCE.test(key)).length;
  return {
    tasks: inPods.seconds.length,
    verified: inPods.verified,
    podsATask: (inPods.keys.length - once) / inPods.seconds.length,
    podsAProcess: once,
    warmPods: inPods.warm,
    inPods: inPods.seconds,
    inSandboxes: inSandboxes.seconds,
  };
}

interface OneRun {
  readonly verified: number;
  readonly seconds: readonly number[];
  readonly keys: readonly string[];
  readonly warm: number;
}

async function oneRun(servers: readonly RunningServer[], datasets: readonly string[], out: string, cluster: RunningServer | undefined): Promise<OneRun> {
  const rig = await Rig.open({ servers, random: seededRandom(1), settings: LOADS.pods.settings, log: `${out}.log` });
  try {
    if (cluster !== undefined) rig.runsInPods(await Pods.open(cluster), ['execute']);
    await rig.prepareServers();
    await rig.start();
    const report = await runLoad(rig, datasets, out, WITHIN_SECONDS);
    if (report === undefined || rig.complaints.length > 0) throw new Error(`the services did not come to an end: ${rig.complaints.join('; ')}`);
    const done = rig.lines.filter(({ stage, data }) => stage === 'execute' && typeof data?.['durationMs'] === 'number');
    const jobs = cluster === undefined ? [] : rig.pods.drill.book.jobs;
    return {
      verified: report.funnel.verified,
      seconds: done.map(({ data }) => Number((Number(data?.['durationMs']) / 1_000).toFixed(1))),
      keys: jobs.filter(({ trust }) => trust === 'untrusted').map(({ key }) => key),
      warm: jobs.filter(({ trust }) => trust === 'ours').length,
    };
  } finally {
    await rig.close();
  }
}
