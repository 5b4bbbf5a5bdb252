import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubernetesPodJobs } from '../cluster/kubernetes-pod-jobs.ts';
import type { PodSettingsInput } from '../cluster/settings.ts';
import { orderOf } from './test-cluster.ts';

/** What a replica is told by its first argument. */
export interface ReplicaWork {
  readonly kubeconfigFile: string;
  readonly settings: PodSettingsInput;
  /** Where results are written: one file a key, the first one counts. */
  readonly results: string;
  readonly keys: readonly string[];
  /** Jobs at a time. */
  readonly atOnce: number;
}

/** The order of a key: a Job that exits with a code of its own. */
export function replicaOrder(key: string): ReturnType<typeof orderOf> {
  return orderOf(`exit ${exitCodeOf(key)}`, { key });
}

/** What the Job of this key exits with. */
export function exitCodeOf(key: string): number {
  return 1 + (Number(key.split('-').at(-1)) % 100);
}

/** A replica of a service that may be killed at any time: takes keys in an order of its own until all have a result. */
async function main(work: ReplicaWork): Promise<void> {
  const jobs = await KubernetesPodJobs.open({ access: { kubeconfigFile: work.kubeconfigFile }, settings: work.settings });
  const fileOf = (key: string): string => join(work.results, key);
  const one = async (key: string): Promise<void> => {
    const job = await jobs.start(replicaOrder(key));
    const { code, exitCode } = await job.ended();
    // Another replica that was done with it removed it.
    if (code === 'exited_nonzero' && !existsSync(fileOf(key))) writeFileSync(fileOf(key), String(exitCode), { flag: 'wx' });
    await job.remove();
  };
  const worker = async (): Promise<void> => {
    for (;;) {
      const open = work.keys.filter((key) => !existsSync(fileOf(key)));
      const key = open[Math.floor(Math.random() * open.length)];
      if (key === undefined) return;
      await one(key).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }
  };
  await Promise.all(Array.from({ length: work.atOnce }, worker));
  await jobs.close();
}

if (process.argv[1] === import.meta.filename) await main(JSON.parse(process.argv[2] ?? '') as ReplicaWork);
