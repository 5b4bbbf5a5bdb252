import { createRequire } from 'node:module';

/** The part of kafkajs' request queue that the shim reads. */
export interface RequestQueueLike {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}
type Schedule = (this: RequestQueueLike) => void;

const FILE = 'kafkajs/src/network/requestQueue/index.js';
const patched = Symbol.for('mle-smith.kafka.timer-shim');

/**
 * kafkajs 2.2.4 sets a timer after every response, which sets the next: an idle process wakes a thousand times a second,
 * and Node 24 warns of a negative time (platform KB-14). With nothing pending nobody waits for that timer: `push` sets it anew.
 */
export function applyTimerShim(): void {
  const { prototype } = createRequire(import.meta.url)(FILE) as { prototype: { scheduleCheckPendingRequests: Schedule } & Record<symbol, true> };
  if (prototype[patched]) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype[patched] = true;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueueLike): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
