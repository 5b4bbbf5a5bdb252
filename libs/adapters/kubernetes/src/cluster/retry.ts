import { setTimeout as sleep } from 'node:timers/promises';

/** How often and how patiently a call is repeated. The client repeats nothing: one layer does. */
export interface RetryPolicy {
  /** Calls in all, the first one too. */
  readonly attempts: number;
  /** The pause after the first fault at most; it doubles with each. */
  readonly firstMs: number;
  /** No pause is longer, whatever the server asks for. */
  readonly longestMs: number;
  readonly rest: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** In [0, 1). */
  readonly random: () => number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  attempts: 9,
  firstMs: 200,
  longestMs: 20_000,
  rest: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  random: Math.random,
};

/** How long to wait after fault number `fault` (from 1): spread, so that many replicas do not come back at once, and never less than the server asked for, as far as `longestMs` goes. */
export function pauseMs(policy: RetryPolicy, fault: number, retryAfterMs = 0): number {
  const ceiling = Math.min(policy.longestMs, policy.firstMs * 2 ** (fault - 1));
  return Math.min(policy.longestMs, retryAfterMs + ceiling * (0.5 + policy.random() / 2));
}
