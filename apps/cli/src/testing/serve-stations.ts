import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOfApiKey, PIPELINE, Role, type StageName } from '@mle-smith/contracts';
import { createGateway } from '@mle-smith/gateway';
import { InProcessEventBus, StationRun, type StageHandler } from '@mle-smith/stage-runtime';
import { readConfig } from '../config.ts';
import { openDataset } from '../open-dataset.ts';
import { stageHandlers } from '../stations.ts';
import { openWorkshop } from '../workshop.ts';

/** Stations with a gateway in front, which can go away and come back at its address while the stations are at work. */
export interface ServedStations {
  readonly url: string;
  readonly stopGateway: () => Promise<void>;
  readonly startGateway: () => Promise<void>;
  /** From now on this stage fails of each subject by a fault that is none of its own, until it is mended. */
  readonly breakStage: (stage: StageName | undefined) => void;
  readonly close: () => Promise<void>;
}

/** A gateway with every station behind it, or those of some stages, on one machine. Its keys are `key-of-ROLE`. */
export async function serveStations(
  place: string,
  maxTasks: number,
  stages: readonly StageName[] = PIPELINE.map(({ stage }) => stage),
): Promise<ServedStations> {
  const config = readConfig({});
  const { store, artifacts, jobs, close } = await openWorkshop(place, config, false);
  const bus = new InProcessEventBus();
  const newGateway = () =>
    createGateway({
      store,
      artifacts,
      bus,
      keys: Role.options.map((role) => ({ name: role, role, hash: hashOfApiKey(`key-of-${role}`) })),
      buckets: [],
      workDirectory: join(place, 'uploads'),
      uploadBytes: 1024 ** 3,
      version: config.version,
      limits: { burst: 10_000 },
    });
  let gateway = newGateway();
  let broken: StageName | undefined;
  const open = openDataset({}, join(place, 'datasets'));
  const stations = new StationRun({
    store,
    bus,
    stages,
    handlers: mapped(
      stageHandlers({ jobs, open, maxTasks, micro: false, cheat: await readFile(config.cheatOracle, 'utf8') }),
      (handler) => async (item, context) =>
        item.stage === broken ? { kind: 'retry', code: 'object_store_unreachable', message: 'it is away', rounds: 0 } : handler(item, context),
    ),
    owner: 'all',
    workers: 2,
    context: { artifacts },
    pace: { lookMs: 100, sweepMs: 500 },
  });
  const working = stations.start();
  const { url, port } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stopGateway: () => gateway.close(),
    startGateway: async () => {
      gateway = newGateway();
      await gateway.listen({ host: '127.0.0.1', port });
    },
    breakStage: (stage) => void (broken = stage),
    close: async () => {
      await stations.stop();
      await working;
      await gateway.close();
      await close();
    },
  };
}

/** Each handler as another one. */
function mapped(handlers: Readonly<Record<StageName, StageHandler>>, change: (handler: StageHandler) => StageHandler): Record<StageName, StageHandler> {
  return Object.fromEntries(Object.entries(handlers).map(([stage, handler]) => [stage, change(handler)])) as Record<StageName, StageHandler>;
}
