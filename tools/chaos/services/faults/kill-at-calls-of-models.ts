import type { Fault } from '../fault.ts';

/** One in so many new calls kills its station. */
const EVERY = 3;
const LEAST_KILLS = 5;

/** Stations of agents die while a call of theirs is under way: what was answered is never asked again, and what was not at most once. */
export const killAtCallsOfModels: Fault = {
  row: 2,
  name: 'kill-at-calls-of-models',
  what: 'kill -9 of the station that asks, at one in three new calls of a model, before the answer',
  load: 'agents',
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true } }],
  // Review asks judges at the same time: the answer to another one of them may be on its way to a process that dies.
  allowance: { calls: 2 },
  inject: async (rig) => {
    const { endpoint } = rig;
    if (endpoint === undefined) throw new RangeError('this load asks no model');
    const first = Math.floor(rig.random() * EVERY);
    endpoint.onNewCall = async (station, nth) => {
      if (nth % EVERY !== first || !rig.services.includes(station)) return;
      rig.note(`${station} is killed at call ${nth}`);
      await rig.kill([station]);
      await rig.start([station], false);
    };
    await rig.until('the end of the load', () => rig.loadEnded.signal.aborted, 600);
  },
  check: async ({ endpoint }) => {
    const unanswered = endpoint?.seen.unanswered ?? 0;
    return unanswered < LEAST_KILLS ? [`only ${unanswered} calls were cut off`] : [];
  },
};
