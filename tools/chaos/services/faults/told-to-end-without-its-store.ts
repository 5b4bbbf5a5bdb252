import type { Fault } from '../fault.ts';

const STATION = 'assert';
const SHUTDOWN_SECONDS = 3;
/** For what it has in hand, and then for its connections, each of which has a bounded time. */
const ENDED_WITHIN_MS = (SHUTDOWN_SECONDS + 30) * 1_000;

/** A station with work in hand is told to end while the store is away: it ends in time, and what it had in hand is not lost. */
export const toldToEndWithoutItsStore: Fault = {
  row: 16,
  name: 'told-to-end-without-its-store',
  what: 'a station with work in hand told to end while the store does not answer',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true, stage: 'assert-design' } }],
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_SHUTDOWN_SECONDS'] = String(SHUTDOWN_SECONDS);
    await rig.proxy('mongo', STATION);
  },
  inject: async (rig) => {
    const store = await rig.proxy('mongo', STATION);
    await rig.attempt('assert-design', 0);
    store.cut();
    const told = performance.now();
    const [code] = await rig.kill([STATION], 'SIGTERM');
    const tookMs = Math.round(performance.now() - told);
    rig.note(`${STATION} ended with ${code} after ${tookMs} ms`);
    if (code !== 0 || tookMs > ENDED_WITHIN_MS) rig.complaints.push(`${STATION} ended with ${code ?? 'a signal'} ${tookMs} ms after it was told to`);
    store.heal();
    await rig.start([STATION]);
  },
};
