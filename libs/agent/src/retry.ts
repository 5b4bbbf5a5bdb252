import { ModelError, type MendedBy, type ModelErrorCode } from './model-error.ts';
import type { Model } from './model.ts';
import type { Waiting } from './waiting.ts';

/** Bounds of trying again. Milliseconds. */
export interface RetryBounds {
  /** Tries of a call that fails otherwise than by the endpoint's wish for fewer calls. */
  readonly tries: number;
  /** Tries of a call that the endpoint wants fewer of: it may say so for ever, and asks for no wait. */
  readonly rateTries: number;
  /** First wait; it doubles, and each wait is drawn between half and all of it. */
  readonly firstWaitMs: number;
  /** Longest wait in place; an endpoint that asks for more is left alone and the work put aside (platform LL-1). */
  readonly longestWaitMs: number;
  /** Time for a call with all its tries. */
  readonly totalMs: number;
}

export const DEFAULT_RETRY_BOUNDS: RetryBounds = { tries: 4, rateTries: 40, firstWaitMs: 500, longestWaitMs: 20_000, totalMs: 900_000 };

const ASKED_AGAIN: readonly MendedBy[] = ['retry', 'time'];

/** A model that is asked again where that may help; what is thrown in the end is the last error. The only layer that tries again. */
export function retrying(model: Model, bounds: RetryBounds, time: Waiting, onRetry: (reason: ModelErrorCode) => void = () => undefined): Model {
  return {
    identity: model.identity,
    async complete(request, signal) {
      const end = time.elapsed() + bounds.totalMs;
      const tries = { rate: 0, other: 0 };
      for (let round = 0; ; round += 1) {
        try {
          return await model.complete(request, signal);
        } catch (error) {
          if (!(error instanceof ModelError) || !ASKED_AGAIN.includes(error.mendedBy)) throw error;
          const over = error.code === 'rate' ? ++tries.rate >= bounds.rateTries : ++tries.other >= bounds.tries;
          const longest = Math.min(bounds.firstWaitMs * 2 ** Math.min(round, 20), bounds.longestWaitMs);
          // An endpoint may ask for a longer wait, never for none.
          const wait = Math.max(error.retryAfterMs ?? 0, Math.round(longest * (0.5 + time.random() / 2)));
          if (over || wait > bounds.longestWaitMs || time.elapsed() + wait > end) throw error;
          onRetry(error.code);
          await time.wait(wait, signal);
        }
      }
    },
  };
}
