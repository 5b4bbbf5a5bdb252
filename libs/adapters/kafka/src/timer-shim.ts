import { createRequire } from 'node:module';

/** The part of kafkajs' request queue that the shim reads and writes. */
export interface RequestQueueLike {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<number, { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }>;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  readonly isConnected: () => boolean;
  requestTimeoutIntervalId?: NodeJS.Timeout;
  destroy(): void;
}

interface RequestQueuePrototype {
  scheduleCheckPendingRequests(this: RequestQueueLike): void;
  scheduleRequestTimeoutCheck(this: RequestQueueLike): void;
  [patched]?: true;
}

const FILE = 'kafkajs/src/network/requestQueue/index.js';
/** How often requests without an answer are looked for, ms: they are given 30 s. */
const LOOK_MS = 1_000;
const patched = Symbol.for('mle-smith.kafka.timer-shim');

/**
 * kafkajs 2.2.4 sets a timer after every response, which sets the next: an idle process wakes a thousand times a second,
 * and Node 24 warns of a negative time (platform KB-14). With nothing pending nobody waits for that timer: `push` sets it anew.
 * And each of its connections looks ten times a second for requests that wait too long; once is enough.
 */
export function applyTimerShim(): void {
  const { prototype } = createRequire(import.meta.url)(FILE) as { prototype: RequestQueuePrototype };
  if (prototype[patched]) return;
  const { scheduleCheckPendingRequests } = prototype;
  prototype[patched] = true;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueueLike): void {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  prototype.scheduleRequestTimeoutCheck = function (this: RequestQueueLike): void {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(() => endOverdue(this), Math.min(this.requestTimeout, LOOK_MS));
  };
}

function endOverdue(queue: RequestQueueLike): void {
  const now = Date.now();
  for (const request of queue.inflight.values()) if (now - request.sentAt > request.requestTimeout) request.timeoutRequest();
  if (!queue.isConnected()) queue.destroy();
}
