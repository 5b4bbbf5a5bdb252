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
}

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
    const { watches, everyMs, hasRoom, onFault } = this.#options;
    while (!stopping.aborted && watches.length > 0) {
      this.#wake = new AbortController();
      const room = await hasRoom().catch((error: unknown) => {
        onFault('store', error);
        return false;
      });
      for (const watch of room ? watches : []) {
        if (stopping.aborted) return;
        await watch.look().catch((error: unknown) => onFault(watch.source, error));
      }
      await rest(everyMs, AbortSignal.any([stopping, this.#wake.signal]));
    }
  }
}
