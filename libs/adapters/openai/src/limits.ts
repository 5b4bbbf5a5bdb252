/** Limits of one call, in milliseconds and bytes. */
export interface Limits {
  readonly connectMs: number;
  /** Until the headers of the reply. A server that does not stream thinks before it sends them. */
  readonly headersMs: number;
  /** Between two pieces of the reply. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Of everything that the model wrote: content, refusal, names and arguments. */
  readonly maxReplyBytes: number;
}

export const DEFAULT_LIMITS: Limits = { connectMs: 10_000, headersMs: 400_000, idleMs: 120_000, totalMs: 600_000, maxReplyBytes: 1_000_000 };

/** The default limits for calls that may take so long and no longer. Milliseconds. */
export function limitsOf(totalMs: number): Limits {
  const { headersMs, idleMs, connectMs } = DEFAULT_LIMITS;
  // A server that does not stream thinks all the time that it is given before it sends its headers.
  const longer = totalMs > DEFAULT_LIMITS.totalMs;
  return {
    ...DEFAULT_LIMITS,
    totalMs,
    headersMs: longer ? totalMs : Math.min(headersMs, totalMs),
    idleMs: Math.min(idleMs, totalMs),
    connectMs: Math.min(connectMs, totalMs),
  };
}

/**
 * Bytes on the wire for a byte that the model wrote, at most. A streamed token of a few letters comes in an envelope of
 * some hundred bytes; in a whole reply a character may be written as six. Bounds what a server can send that never
 * becomes a reply, for example comments without end.
 */
export const WIRE_OVERHEAD = { streamed: 40, whole: 6 } as const;
/** Bytes on the wire that any reply may have. */
export const WIRE_FLOOR = 64 * 1024;
