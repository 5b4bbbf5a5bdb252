import { STATIONS } from '../../../cluster/cluster.ts';
import type { Fault } from '../fault.ts';

/** Every service dies at once in the midst of the work, and comes back in an order of chance. */
export const killEverything: Fault = {
  row: 5,
  name: 'kill-everything',
  what: 'kill -9 of every service at once, started again in an order of chance',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true } }, { alert: 'MleSmithServiceGone' }],
  inject: async (rig) => {
    await rig.attempt(rig.anyOf(['design', 'assert-design', 'assert-package', 'execute']), 0);
    await rig.kill(rig.services);
    await rig.start(rig.shuffled([...STATIONS, 'gateway']), false);
  },
};
