import { rest } from '@mle-smith/stage-runtime';
import type { Log } from '@mle-smith/telemetry';

const LOOK_MS = 60_000;
/** What is less changes nothing: signatures of requests to an object store may be a quarter of an hour old. */
const SKEW_MS = 60_000;

/** Says when the clock of this machine is far from that of the store, and again when that changes by as much. Ends with the signal. */
export async function watchClock(
  storeNow: () => Promise<number>,
  log: Pick<Log, 'write'>,
  stopping: AbortSignal,
  here: () => number = Date.now,
): Promise<void> {
  let told = 0;
  while (!stopping.aborted) {
    const skewMs = await skewOf(storeNow, here);
    if (skewMs !== undefined && Math.abs(skewMs - told) >= SKEW_MS) {
      told = skewMs;
      if (Math.abs(skewMs) >= SKEW_MS) log.write('store.clock_skew', { skewMs: Math.round(skewMs) });
    }
    await rest(LOOK_MS, stopping);
  }
}

/** How far this clock is ahead; undefined where the store does not answer, which others tell. */
async function skewOf(storeNow: () => Promise<number>, here: () => number): Promise<number | undefined> {
  const before = here();
  return storeNow().then(
    (now) => (before + here()) / 2 - now,
    () => undefined,
  );
}
