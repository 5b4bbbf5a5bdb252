import { setTimeout as rest } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { TcpProxy } from '../../../testbed/tcp-proxy.ts';

const FOR_SECONDS = 60;

/** Something is wrong with the way to the store for a minute, in the midst of the work. */
function storeTrouble(name: string, what: string, harm: (proxy: TcpProxy) => void, more: Partial<Fault> & Pick<Fault, 'told'>): Fault {
  return {
    row: 16,
    name,
    what: `${what}, for ${FOR_SECONDS} s in the midst of the work`,
    load: 'tables',
    recoverWithinSeconds: 60,
    prepare: async (rig) => void (await rig.proxy('mongo')),
    inject: async (rig) => {
      await rig.attempt('brainstorm', 0);
      const proxy = await rig.proxy('mongo');
      harm(proxy);
      rig.note(what);
      await rest(FOR_SECONDS * 1_000);
      proxy.heal();
      rig.note('the store is well');
    },
    ...more,
  };
}

export const storeAway = storeTrouble('store-away', 'the store out of reach', (proxy) => proxy.cut(), {
  // Leases run out meanwhile, and their work is taken over.
  allowance: { attempts: 8 },
  told: [{ alert: 'MleSmithStoreAway' }],
});
export const storeSlow = storeTrouble('store-slow', 'each answer of the store 5 s late', (proxy) => proxy.slow(5_000), {
  allowance: { attempts: 8 },
  told: [{ alert: 'MleSmithStoreAway' }],
});
export const storeResets = storeTrouble('store-resets', 'each hundredth request ends its connection to the store', (proxy) => proxy.resetEach(100), {
  allowance: { attempts: 4 },
  told: [{ log: 'store.unreachable' }],
  unseen: 'what was asked is asked again on another connection',
});

const LOST = 12;

/** The store takes results and the answers are lost: whoever asks again gets the answer of the first time. */
export const storeAnswersLost: Fault = {
  row: 17,
  name: 'store-answers-lost',
  what: `the answers to ${LOST} results that the store has taken are lost`,
  load: 'tables',
  recoverWithinSeconds: 30,
  told: [{ log: 'store.unreachable' }],
  unseen: 'whoever asks again is given the answer of the first time',
  allowance: { attempts: 4 },
  prepare: async (rig) => void (await rig.proxy('mongo')),
  inject: async (rig) => {
    const proxy = await rig.proxy('mongo');
    // Results and nothing else add lines to a history.
    proxy.loseAnswersTo('recent', LOST);
    await rig.until('lost answers', () => proxy.lost >= LOST || rig.loadEnded.signal.aborted, 240);
    if (proxy.lost < LOST / 2) rig.complaints.push(`only ${proxy.lost} answers were lost`);
    proxy.heal();
  },
};
