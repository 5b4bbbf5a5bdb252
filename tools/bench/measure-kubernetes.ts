import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ClusterDrill } from '@mle-smith/adapter-kubernetes/drills';
import { SERVERS } from '../cluster/cluster.ts';
import { recipeOf } from '../testbed/recipes.ts';
import { serverFor } from '../testbed/server-for.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';
import type { ManyJobsFigures } from './kubernetes/many-jobs-main.ts';
import { measureManyJobs } from './kubernetes/measure-many-jobs.ts';
import { measureOutage, type OutageFigures } from './kubernetes/measure-outage.ts';
import { measureTasks, type TaskFigures } from './kubernetes/measure-tasks.ts';
import { measureTrial, type TrialFigures } from './kubernetes/measure-trial.ts';

/** What jobs in pods cost, on a real cluster. */
export interface KubernetesFigures {
  readonly cluster: string;
  /** Load of the machine when each was begun: others that work on it take from all figures. */
  readonly load: Readonly<Partial<Record<Part, number>>>;
  readonly trial?: TrialFigures;
  readonly jobs?: ManyJobsFigures;
  readonly outage?: OutageFigures;
  readonly tasks?: TaskFigures;
}

export const PARTS = ['trial', 'jobs', 'outage', 'tasks'] as const;
export type Part = (typeof PARTS)[number];

/** Measures on the cluster of the test bed, or that of the environment. Throws where there is none. */
export async function measureKubernetes(root: string, folder: string, parts: readonly Part[]): Promise<KubernetesFigures> {
  const cluster = await running('kube');
  const load: Partial<Record<Part, number>> = {};
  const inNamespaces = async <Figures>(measure: (drill: ClusterDrill) => Promise<Figures>): Promise<Figures> => {
    const drill = await ClusterDrill.open(cluster.address);
    try {
      return await measure(drill);
    } finally {
      await drill.close();
    }
  };
  const when = async <Figures>(part: Part, measure: () => Promise<Figures>): Promise<{ readonly [_ in Part]?: Figures }> => {
    if (!parts.includes(part)) return {};
    load[part] = Number((loadavg()[0] ?? 0).toFixed(1));
    return { [part]: await measure() };
  };
  const trial = await when('trial', () => inNamespaces((drill) => measureTrial(root, cluster, drill)));
  const jobs = await when('jobs', () => inNamespaces((drill) => measureManyJobs(cluster, drill)));
  const outage = await when('outage', () => inNamespaces((drill) => measureOutage(cluster, drill)));
  const tasks = await when('tasks', async () => measureTasks(await Promise.all(SERVERS.map(running)), cluster, join(folder, 'tasks')));
  const software = cluster.pid === undefined ? 'kube of the environment' : (recipeOf('kube').software ?? 'kube');
  return { cluster: software, load, ...trial, ...jobs, ...outage, ...tasks } as KubernetesFigures;
}

async function running(name: string): Promise<RunningServer> {
  const server = await serverFor(name);
  if ('missing' in server) throw new Error(`figures of Kubernetes need ${name}: ${server.missing}`);
  return server;
}
