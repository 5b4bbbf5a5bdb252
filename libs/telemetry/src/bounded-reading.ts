import { warn } from './warnings.ts';

/** Longest that a scrape waits for one reading. */
const LONGEST_MS = 2_000;

/** A reading that cannot hold a scrape up: one at a time, given up after two seconds, which is a warning (platform OB-13). */
export class BoundedReading<Value> {
  readonly #read: () => Promise<Value>;
  readonly #longestMs: number;
  #running: Promise<Value | undefined> | undefined;

  constructor(read: () => Promise<Value>, longestMs: number = LONGEST_MS) {
    this.#read = read;
    this.#longestMs = longestMs;
  }

  /** What was read; undefined where it failed or took too long. A reading that still runs is waited for, not begun again. */
  async take(): Promise<Value | undefined> {
    this.#running ??= this.#begin().finally(() => {
      this.#running = undefined;
    });
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      limit = setTimeout(() => {
        warn('telemetry.reading_failed', { longestMs: this.#longestMs });
        resolve(undefined);
      }, this.#longestMs);
    });
    return Promise.race([this.#running, late]).finally(() => clearTimeout(limit));
  }

  async #begin(): Promise<Value | undefined> {
    try {
      return await this.#read();
    } catch (error) {
      warn('telemetry.reading_failed', { error });
      return undefined;
    }
  }
}
