import type { Waiting } from '../waiting.ts';

/** Time that passes by waiting alone. */
export class TestTime implements Waiting {
  readonly waits: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  random(): number {
    return 1;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.waits.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }
}
