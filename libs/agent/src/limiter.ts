import { ModelError } from './model-error.ts';
import type { Model } from './model.ts';

/** How many calls an endpoint takes at once, learned from what it refuses: halved on a refusal, one more after a round without (platform LL-6). */
export class AdaptiveLimit {
  readonly #most: number;
  #limit: number;
  #running = 0;
  #calm = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  /** Calls that may run now. */
  get limit(): number {
    return this.#limit;
  }

  /** Runs `work` when there is room. Rejects with the signal's reason when it is aborted while waiting. */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#enter(signal);
    try {
      const result = await work();
      this.#calm += 1;
      if (this.#calm >= this.#limit && this.#limit < this.#most) this.#change(this.#limit + 1);
      return result;
    } catch (error) {
      // Calls that began before the last refusal tell nothing new.
      if (error instanceof ModelError && error.code === 'rate' && this.#running <= this.#limit) this.#change(Math.max(1, Math.floor(this.#limit / 2)));
      throw error;
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#limit && this.#waiting.length === 0) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(admitted), 1);
        reject(signal.reason as Error);
      };
      const admitted = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(admitted);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #admit(): void {
    while (this.#running < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }

  #change(limit: number): void {
    this.#limit = limit;
    this.#calm = 0;
  }
}

/** A model of which only so many calls run at once. */
export function limited(model: Model, limit: AdaptiveLimit): Model {
  return { identity: model.identity, complete: (request, signal) => limit.run(() => model.complete(request, signal), signal) };
}
