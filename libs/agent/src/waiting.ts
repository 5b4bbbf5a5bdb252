import { setTimeout as timeout } from 'node:timers/promises';

/** Time and chance, so that tests need neither. */
export interface Waiting {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that only goes forward, and that nobody sets: for lengths of time. */
  elapsed(): number;
  /** A number from 0 to 1. */
  random(): number;
  /** Rejects with the signal's reason when it is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const REAL_TIME: Waiting = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  async wait(ms, signal) {
    await timeout(ms, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  },
};
