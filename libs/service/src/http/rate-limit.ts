/** Counts what callers take; gives the seconds until there is room again, 0 where there is. */
export type RateLimit = (caller: string) => number;

/**
 * A token bucket for each caller: `burst` requests at once, `perSecond` in the long run. It remembers a bounded number of
 * callers; whoever was quiet the longest is forgotten first, and has then waited long enough to begin anew.
 */
export function createRateLimit({
  burst,
  perSecond,
  callers,
  now,
}: {
  burst: number;
  perSecond: number;
  callers: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (caller) => {
    const at = now();
    const known = buckets.get(caller);
    const tokens = known === undefined ? burst : Math.min(burst, known.tokens + ((at - known.at) / 1000) * perSecond);
    const taken = tokens >= 1;
    // A map keeps the order of insertion: the first is whoever was quiet the longest.
    buckets.delete(caller);
    buckets.set(caller, { tokens: taken ? tokens - 1 : tokens, at });
    for (const [quietest] of buckets) {
      if (buckets.size <= callers) break;
      buckets.delete(quietest);
    }
    return taken ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
}
