import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as rest } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';
import { cannotUnshare, withFolderOfSize } from '../under.ts';

const STATIONS = ['design', 'assert', 'execute'];
const DISK_MB = 64;
const FULL_MS = 20_000;

/** The work folders of stations are full for a while: what they do meanwhile is tried again, and nothing is blamed on a task. */
export const fullDisk: Fault = {
  row: 32,
  name: 'full-disk',
  what: `the work folders of three stations (file systems of ${DISK_MB} MiB of their own) full for ${FULL_MS / 1_000} s`,
  load: 'tables',
  recoverWithinSeconds: 60,
  // Each is tried again after 1, 2, 4, 8 … s.
  allowance: { attempts: 40 },
  missing: cannotUnshare,
  prepare: async (rig) => {
    for (const station of STATIONS) rig.startsLike(station, { under: withFolderOfSize(rig.folderOf(station), DISK_MB) });
  },
  inject: async (rig) => {
    await rig.attempt('design', 0);
    await Promise.all(STATIONS.map((station) => fill(rig, station)));
    await rig.seen('a fault that names the disk', ({ code, data }) => code === 'stage.retried' && /ENOSPC/.test(JSON.stringify(data)), { from: 0 });
    await rest(FULL_MS);
    await Promise.all(STATIONS.map((station) => rm(ballastOf(rig, station))));
  },
};

/** The file system is that of the process and of nobody else. */
function ballastOf(rig: Rig, station: string): string {
  return `/proc/${rig.processOf(station).child.pid}/root${rig.folderOf(station)}/ballast`;
}

async function fill(rig: Rig, station: string): Promise<void> {
  await writeFile(ballastOf(rig, station), Buffer.alloc(DISK_MB * 2 ** 20)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}
