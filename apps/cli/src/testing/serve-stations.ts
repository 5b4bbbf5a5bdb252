import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getJson } from '@mle-smith/package';
import { DatasetLocation, hashOfApiKey, PIPELINE, Role } from '@mle-smith/contracts';
import { createGateway } from '@mle-smith/gateway';
import { InProcessEventBus, StationRun, type StageHandler } from '@mle-smith/stage-runtime';
import { readConfig } from '../config.ts';
import { stageHandlers } from '../stations.ts';
import { openWorkshop } from '../workshop.ts';

/** A gateway with every station behind it, on one machine. Its keys are `key-of-ROLE`. */
export async function serveStations(place: string, maxTasks: number): Promise<{ url: string; close: () => Promise<void> }> {
  const config = readConfig({});
  const { store, artifacts, jobs, close } = await openWorkshop(place, config, false);
  const bus = new InProcessEventBus();
  const gateway = createGateway({
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
  const folderOf = (id: string): string => join(place, 'datasets', id);
  const handlers = stageHandlers({ jobs, folderOf, maxTasks, micro: false, cheat: await readFile(config.cheatOracle, 'utf8') });
  const ingest: StageHandler = async (item, context) => {
    const location = DatasetLocation.parse(await getJson(artifacts, item.documents['location'] ?? ''));
    if (location.kind === 'bundle') await artifacts.materialize(location.bundle, folderOf(item.id));
    return handlers.ingest(item, context);
  };
  const stations = new StationRun({
    store,
    bus,
    stages: PIPELINE.map(({ stage }) => stage),
    handlers: { ...handlers, ingest },
    owner: 'all',
    workers: 2,
    context: { artifacts },
    pace: { lookMs: 100, sweepMs: 500 },
  });
  const working = stations.start();
  const { url } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    close: async () => {
      await stations.stop();
      await working;
      await gateway.close();
      await close();
    },
  };
}
