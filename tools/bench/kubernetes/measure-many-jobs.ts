import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ClusterDrill } from '@mle-smith/adapter-kubernetes/drills';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import type { ManyJobs, ManyJobsFigures } from './many-jobs-main.ts';
import { shellSettings } from '../../cluster/shell-jobs.ts';

const JOBS = 200;

/** Creates, watches and collects 200 Jobs that end at once, all asked for at the same time, in a process that does nothing else. */
export async function measureManyJobs(server: RunningServer, { namespaces }: ClusterDrill): Promise<ManyJobsFigures> {
  const told: ManyJobs = { kubeconfigFile: server.address, settings: shellSettings(server, namespaces), jobs: JOBS };
  const main = join(import.meta.dirname, 'many-jobs-main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = text(child.stdout);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the controller of ${JOBS} Jobs ended with ${code ?? 'a signal'}`);
  return JSON.parse(await said) as ManyJobsFigures;
}
