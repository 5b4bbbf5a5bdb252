/** How far the clock of the machine may be set before spans follow it, ms. */
const FOLLOWED_FROM_MS = 50;
const TRIES = 5;

let offset = measured();

/**
 * Now in ms since the epoch, by one clock for all our spans of a process, so that a step lies within its attempt. OpenTelemetry reads two clocks as a span
 * begins, one after the other, and a process that is interrupted in between ends that span as much too early.
 */
export function spanNow(): number {
  const wall = Date.now();
  const now = performance.now() + offset;
  if (Math.abs(wall - now) < FOLLOWED_FROM_MS) return now;
  offset = measured();
  return performance.now() + offset;
}

/** What is between the two clocks: the most of some readings, since each interruption makes one less. */
function measured(): number {
  return Math.max(...Array.from({ length: TRIES }, () => Date.now() - performance.now()));
}
