import { PIPELINE } from '@mle-smith/contracts';
import { STATIONS } from '../../../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

/** Each station is told to end and started again, as an update does: in the midst of its first work, and in an order of chance. */
export const rollingRestarts: Fault = {
  row: 11,
  name: 'rolling-restarts',
  what: 'every station told to end and started again in the midst of its first attempt, and one after the other',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ log: 'service.stopped' }],
  unseen: 'work in hand is finished or handed back without charge',
  inject: async (rig) => {
    await Promise.all(
      STATIONS.map(async (station) => {
        await rig.attempt(rig.anyOf(PIPELINE.filter(({ app }) => app === station)).stage, 0);
        await restart(rig, station);
      }),
    );
    for (const station of rig.shuffled(STATIONS)) if (!rig.loadEnded.signal.aborted) await restart(rig, station);
  },
};

async function restart(rig: Rig, station: string): Promise<void> {
  const [code] = await rig.kill([station], 'SIGTERM');
  if (code !== 0) rig.complaints.push(`${station} ended with ${code ?? 'a signal'} when it was told to end`);
  await rig.start([station]);
}
