import type { Log } from '@mle-smith/telemetry';

const LOOK_MS = 1_000;
/** Leases are renewed three times while they last: what stands still for less does no harm. */
const STILL_MS = 5_000;

/** Says when the event loop stood still for long, as soon as it goes on; gives the end of the watch. */
export function watchLoop(log: Pick<Log, 'write'>, stillMs = STILL_MS, lookMs = LOOK_MS): () => void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const blockedMs = Math.round(now - last - lookMs);
    last = now;
    if (blockedMs >= stillMs) log.write('service.loop_blocked', { blockedMs });
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
