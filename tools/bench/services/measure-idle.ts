import { readFile } from 'node:fs/promises';
import { setTimeout as rest } from 'node:timers/promises';
import { Cluster, settingsOn } from '../../cluster/cluster.ts';
import { newName } from '../../cluster/names.ts';
import { processOf } from '../process-stat.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';

const SETTLE_MS = 15_000;
const WATCH_MS = 60_000;

/** CPU of a station that has nothing to do, as a share of one core. */
export async function measureIdle(servers: readonly RunningServer[]): Promise<number> {
  const cluster = await Cluster.open(await settingsOn(newName(), servers));
  try {
    await cluster.start(['design']);
    const pid = cluster.services.get('design')?.child.pid ?? 0;
    await rest(SETTLE_MS);
    const [before, began] = [await cpuSeconds(pid), performance.now()];
    await rest(WATCH_MS);
    return Number((((await cpuSeconds(pid)) - before) / ((performance.now() - began) / 1_000)).toFixed(4));
  } finally {
    await cluster.close();
  }
}

/** What a process itself took so far, of all cores. */
async function cpuSeconds(pid: number): Promise<number> {
  return processOf(await readFile(`/proc/${pid}/stat`, 'utf8')).cpuSeconds;
}
