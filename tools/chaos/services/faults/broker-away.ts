import { setTimeout as rest } from 'node:timers/promises';
import type { OwnServer } from '../../../testbed/own-server.ts';
import type { Fault } from '../fault.ts';
import { brokerOfItsOwn, outboxesAreEmpty } from '../kafka.ts';

/** The broker dies in the midst of the work and stays away; what was announced meanwhile lies in outboxes. */
function brokerAway(name: string, seconds: number): Fault {
  let broker: OwnServer | undefined;
  return {
    row: 8,
    name,
    what: `the only broker killed for ${seconds} s in the midst of the work`,
    load: 'tables',
    recoverWithinSeconds: 60,
    told: [{ alert: 'MleSmithConsumerDown' }],
    prepare: async (rig) => void (broker = await brokerOfItsOwn(rig)),
    inject: async (rig) => {
      await rig.attempt('brainstorm', 0);
      // Members join their groups for the first time until then.
      rig.watch?.begins();
      rig.note('the broker is killed');
      await broker?.stop('SIGKILL');
      await rest(seconds * 1_000);
      await broker?.start();
      rig.note('the broker is back');
    },
    check: (rig) => outboxesAreEmpty(rig),
  };
}

export const brokerRestarted = brokerAway('broker-restarted', 5);
export const brokerGone = brokerAway('broker-gone', 120);
