import { rest } from '@mle-smith/stage-runtime';
import type { PrefixWatch } from './prefix-watch.ts';

export interface WatchOptions {
  readonly watches: readonly PrefixWatch[];
  /** How often it is looked, ms. */
  readonly everyMs: number;
  /** Whether there is room for more datasets; while there is none, nobody looks. */
  readonly hasRoom: () => Promise<boolean>;
  /** Told of a look that failed; the next one comes at its time. */
  readonly onFault: (source: string, error: unknown) => void;
  /** Least pause between two looks, ms; 1 s. */
  readonly leastPauseMs?: number;
}

/** Least pause between two looks, ms; where a look takes longer, so does the pause: at most half of the time is spent on listings, however many events come. */
const LEAST_PAUSE_MS = 1_000;

/** Looks at prefixes from time to time, and at once where an event tells of one, until the signal is aborted. */
export class PrefixWatcher {
  readonly #options: WatchOptions;
  #wake = new AbortController();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Whether an address is a dataset below one of the prefixes: then it is looked at, and nothing else has to be done. */
  tell(uri: string): boolean {
    const ours = this.#options.watches.some((watch) => watch.tell(uri));
    if (ours) this.#wake.abort();
    return ours;
  }

  async run(stopping: AbortSignal): Promise<void> {
    const { watches, everyMs, hasRoom, onFault, leastPauseMs = LEAST_PAUSE_MS } = this.#options;
    while (!stopping.aborted && watches.length > 0) {
      this.#wake = new AbortController();
      const began = performance.now();
      const room = await hasRoom().catch((error: unknown) => {
        onFault('store', error);
        return false;
      });
      for (const watch of room ? watches : []) {
        if (stopping.aborted) return;
        await watch.look().catch((error: unknown) => onFault(watch.source, error));
      }
      const leastMs = Math.min(everyMs, Math.max(leastPauseMs, performance.now() - began));
      await rest(leastMs, stopping);
      await rest(everyMs - leastMs, AbortSignal.any([stopping, this.#wake.signal]));
    }
  }
}
