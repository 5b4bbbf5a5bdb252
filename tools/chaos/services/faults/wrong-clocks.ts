import { writeFile } from 'node:fs/promises';
import { STATIONS } from '../../../cluster/cluster.ts';
import { exists } from '../../../testbed/processes.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const SKEWS = ['+10m', '-10m'];

/** Half of the stations are ten minutes ahead and half are behind; in the midst of the work each jumps to the other side. */
export const wrongClocks: Fault = {
  row: 31,
  name: 'wrong-clocks',
  what: 'stations whose clocks are ten minutes ahead or behind, and jump twenty minutes in the midst of the work',
  load: 'tables',
  replicas: ['execute#2'],
  recoverWithinSeconds: 60,
  told: [{ log: 'store.clock_skew' }],
  unseen: 'leases and deadlines go by the clock of the store',
  missing: async () => ((await exists(LIBRARY)) ? undefined : `faketime is not installed (${LIBRARY})`),
  prepare: async (rig) => {
    for (const [place, station] of rig.shuffled(CHANGED).entries()) {
      await setClock(rig, station, SKEWS[place % 2] ?? '');
      rig.startsLike(station, {
        settings: { LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: fileOf(rig, station), FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
      });
    }
  },
  inject: async (rig) => {
    await rig.attempt('assert-package', 0);
    for (const [place, station] of rig.shuffled(CHANGED).entries()) await setClock(rig, station, SKEWS[place % 2] ?? '');
    await rig.attempt('execute', 0);
  },
  check: async (rig) => {
    const told = new Set(rig.lines.filter(({ code }) => code === 'store.clock_skew').map(({ service }) => service));
    return CHANGED.filter((station) => !told.has(station)).map((station) => `${station} says nothing of its clock`);
  },
};

const CHANGED = [...STATIONS, 'execute#2'];

function fileOf(rig: Rig, station: string): string {
  return rig.folderOf(`clock-of-${station}`);
}

async function setClock(rig: Rig, station: string, skew: string): Promise<void> {
  rig.note(`the clock of ${station} is at ${skew}`);
  await writeFile(fileOf(rig, station), skew);
}
