import { setTimeout as rest } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { drillOf, outboxesAreEmpty } from '../kafka.ts';

const FOR_MS = 30_000;

/** Topics can be read and not written, as on brokers whose disks are full: outboxes grow, work goes on, and all is told later. */
export const topicsThatTakeNothing: Fault = {
  row: 10,
  name: 'topics-that-take-nothing',
  what: `every topic refuses messages for ${FOR_MS / 1_000} s`,
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ alert: 'MleSmithOutboxOld', from: 10 }, { log: 'bus.publish_failed' }],
  inject: async (rig) => {
    await rig.attempt('brainstorm', 0);
    const from = rig.lines.length;
    await drillOf(rig).takeNothing(true);
    rig.note('topics take nothing');
    try {
      await rig.seen('an event that could not be published', (line) => line.code === 'bus.publish_failed', { from });
      await rest(FOR_MS);
    } finally {
      await drillOf(rig).takeNothing(false);
      rig.note('topics take messages again');
    }
  },
  check: (rig) => outboxesAreEmpty(rig),
};
