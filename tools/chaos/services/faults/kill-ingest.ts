import { setTimeout as rest } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

const KILLS = 20;
/** Each answer of the object store to ingest comes so much later: an attempt waits for more than three, and is under way at `LATEST_MS` however quick the machine. */
const SLOW_MS = 200;
const LATEST_MS = 600;
const REPLICAS = ['ingest', 'ingest#2', 'ingest#3'];

/** Whoever takes the dataset in is killed at a random moment of it, again and again. */
export const killIngest: Fault = {
  row: 1,
  name: 'kill-ingest',
  what: `kill -9 of the replica of ingest that takes a dataset in, at ${KILLS} random moments`,
  load: 'tables',
  replicas: REPLICAS.slice(1),
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true, stage: 'ingest' } }, { alert: 'MleSmithServiceGone' }],
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_LEASE_SECONDS'] = '2';
    for (const service of REPLICAS) (await rig.proxy('s3', service)).slow(SLOW_MS);
  },
  inject: async (rig) => {
    let from = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const { service, at } = await rig.seen(
        'an attempt of ingest for penguins',
        (line) => line.code === 'stage.started' && line.stage === 'ingest' && line.dataset === 'penguins' && rig.services.includes(line.service),
        { from },
      );
      from = rig.lines.findIndex((line) => line.at === at) + 1;
      await rest(rig.random() * LATEST_MS);
      const done = rig.lines.slice(from).some((line) => line.code === 'stage.advanced' && line.dataset === 'penguins');
      if (done) throw new RangeError(`ingest was done after ${kill - 1} kills`);
      await rig.kill([service]);
      // It may be at work, and be killed, before it is ready.
      await rig.start([service], false);
    }
    for (const service of REPLICAS) (await rig.proxy('s3', service)).heal();
  },
};
