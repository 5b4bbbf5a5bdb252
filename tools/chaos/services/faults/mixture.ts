import { setTimeout as rest } from 'node:timers/promises';
import { STATIONS } from '../../../cluster/cluster.ts';
import { waitFor } from '../../../testbed/wait-for.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';
import { queryOf, type Sign } from '../sign.ts';

/** Between two faults. */
const PAUSE_MS = { least: 2_000, most: 10_000 } as const;
/** How long something is away. */
const AWAY_MS = { least: 1_000, most: 8_000 } as const;
/** What tells of a station that is gone. */
const GONE: Sign = { alert: 'MleSmithServiceGone' };
/** In so many ms Prometheus has asked a service more than once, also on a slow machine. */
const SEEN_MS = 30_000;

/** What may happen at any moment, to whom chance says. */
const EVENTS: Readonly<Record<string, (rig: Rig) => Promise<void>>> = {
  'kill a station': async (rig) => {
    const station = rig.anyOf(STATIONS);
    await rig.kill([station]);
    await goneIsSeen(rig);
    await rig.start([station], false);
  },
  'tell a station to end': async (rig) => {
    const station = rig.anyOf(STATIONS);
    await rig.kill([station], 'SIGTERM');
    await rig.start([station], false);
  },
  'stop a station for a while': async (rig) => {
    const { child } = rig.processOf(rig.anyOf(STATIONS));
    child.kill('SIGSTOP');
    await rest(between(rig, AWAY_MS));
    child.kill('SIGCONT');
  },
  'end every connection to the store': async (rig) => (await rig.proxy('mongo')).reset(),
  'cut the store off': async (rig) => away(rig, 'mongo'),
  'lose an answer of the store': async (rig) => (await rig.proxy('mongo')).loseAnswersTo('findAndModify'),
  'end every connection to the object store': async (rig) => (await rig.proxy('s3')).reset(),
  'cut the object store off': async (rig) => away(rig, 's3'),
};

/** Some of everything, for as long as the load lasts. */
export const mixture = mixtureOf({ name: 'mixture', faults: Infinity });

export interface MixtureOptions {
  readonly name: string;
  /** How many at most. */
  readonly faults: number;
  /** Of all services. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Faults of chance, so many at most, while the load lasts. */
export function mixtureOf({ name, faults, settings = {} }: MixtureOptions): Fault {
  return {
    row: 43,
    name,
    what: 'kills, ends, halts, and cuts of the store and the object store, by chance, every few seconds',
    load: 'tables',
    recoverWithinSeconds: 60,
    told: [GONE],
    // Leases run out while the store is cut off or a worker is stopped; what was in hand then is done by another.
    allowance: { attempts: 20 },
    prepare: async (rig) => {
      Object.assign(rig.settings, settings);
      await rig.proxy('mongo');
      await rig.proxy('s3');
    },
    inject: async (rig) => {
      await rig.attempt('ingest', 0);
      for (let done = 0; done < faults && !rig.loadEnded.signal.aborted; done += 1) {
        const event = rig.anyOf(Object.keys(EVENTS));
        rig.note(event);
        await EVENTS[event]?.(rig);
        await rest(between(rig, PAUSE_MS), undefined, { signal: rig.loadEnded.signal }).catch(() => undefined);
      }
    },
  };
}

/** Resolves when Prometheus has seen, once in a run, that a service was gone: one that is back at once may never be asked meanwhile. */
async function goneIsSeen({ watch, name }: Rig): Promise<void> {
  if (watch !== undefined) await waitFor(async () => (await watch.heldSeconds(queryOf(GONE, name) ?? '')) > 0, SEEN_MS, 500);
}

async function away(rig: Rig, server: 'mongo' | 's3'): Promise<void> {
  const proxy = await rig.proxy(server);
  proxy.cut();
  await rest(between(rig, AWAY_MS));
  proxy.heal();
}

function between(rig: Rig, { least, most }: { readonly least: number; readonly most: number }): number {
  return least + rig.random() * (most - least);
}
