import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as rest } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';
import { cannotUnshare, withFolderOfSize } from '../under.ts';

/** Stations, and the stage whose first attempt finds the disk full. */
const STATIONS = { ingest: 'ingest', design: 'design', assert: 'assert-design', execute: 'execute' } as const;
const DISK_MB = 64;
const FULL_MS = 8_000;
/** An attempt has begun to write by then. */
const LATEST_MS = 1_500;

/** The work folders of stations are full for a while: what they do meanwhile is tried again, and nothing is blamed on a task. */
export const fullDisk: Fault = {
  row: 32,
  name: 'full-disk',
  what: `the work folders of four stations (file systems of ${DISK_MB} MiB of their own) full for ${FULL_MS / 1_000} s from the midst of an attempt on`,
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { outcome: 'retry', code: 'ENOSPC' } }],
  // Each is tried again after 1, 2, 4, 8 … s.
  allowance: { attempts: 40 },
  missing: cannotUnshare,
  prepare: async (rig) => {
    for (const station of Object.keys(STATIONS)) rig.startsLike(station, { under: withFolderOfSize(rig.folderOf(station), DISK_MB) });
  },
  inject: async (rig) => {
    await Promise.all(
      Object.entries(STATIONS).map(async ([station, stage]) => {
        await rig.attempt(stage, 0);
        await rest(rig.random() * LATEST_MS);
        rig.note(`the disk of ${station} is full`);
        await fill(rig, station);
        await rest(FULL_MS);
        await rm(ballastOf(rig, station));
      }),
    );
  },
  check: async (rig) => {
    const named = rig.lines.some(({ code, data }) => code === 'stage.retried' && /ENOSPC/.test(JSON.stringify(data)));
    return named ? [] : ['no line names the full disk'];
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
