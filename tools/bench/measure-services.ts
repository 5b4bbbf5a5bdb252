import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ownServer, RECIPES } from '../testbed/index.ts';
import { serversFor } from './servers-for.ts';
import { measureFlow, type FlowFigures } from './services/measure-flow.ts';
import { measureIdle } from './services/measure-idle.ts';
import { measureQueue, type QueueFigures } from './services/measure-queue.ts';
import { measureWorkers, type WorkersFigures } from './services/measure-workers.ts';

/** What services take for themselves, with stubs for stages, on real servers. */
export interface ServiceFigures {
  /** The servers by their software; figures of others do not compare. */
  readonly servers: readonly string[];
  /** Load of the machine when it began: others that work on it take from all figures. */
  readonly load: number;
  readonly flow?: FlowFigures;
  readonly workers?: readonly WorkersFigures[];
  /** CPU of a service that has nothing to do, as a share of one core. */
  readonly idle?: number;
  /** Claims and changes by how many tasks the store holds. */
  readonly queues: readonly QueueFigures[];
}

const SERVERS = ['kafka', 'mongo', 's3'] as const;

/** Measures on the servers of the test bed, or those that the environment names; the queues of the store alone where only they are asked for. Throws where a server cannot be had. */
export async function measureServices(folder: string, onlyQueues: boolean): Promise<ServiceFigures> {
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  const stations = onlyQueues ? {} : await measureStations(folder);
  const store = await storeOfItsOwn();
  try {
    return { servers: (onlyQueues ? ['mongo'] : SERVERS).map(softwareOf), load, ...stations, queues: await measureQueue(store.address, join(folder, 'queue')) };
  } finally {
    await store.dispose();
  }
}

async function measureStations(folder: string): Promise<Pick<ServiceFigures, 'flow' | 'workers' | 'idle'>> {
  const servers = await serversFor(SERVERS);
  return {
    flow: await measureFlow(servers, join(folder, 'flow')),
    workers: await measureWorkers(servers, join(folder, 'workers')),
    idle: await measureIdle(servers),
  };
}

/** The store that the environment names, or a stand-in that nobody shares: 100,000 tasks fill the memory that it has. */
async function storeOfItsOwn(): Promise<{ readonly address: string; dispose(): Promise<void> }> {
  const given = process.env['MONGODB_URI'] ?? '';
  if (given !== '') return { address: given, dispose: async () => undefined };
  const own = await ownServer('mongo');
  return { address: own.server.address, dispose: () => own.dispose() };
}

function softwareOf(name: string): string {
  const recipe = RECIPES.find((one) => one.name === name);
  return recipe === undefined || (process.env[recipe.variable] ?? '') !== '' ? `${name} of the environment` : (recipe.software ?? name);
}
