import type { Waiting } from '../waiting.ts';

/** Time that passes by waiting alone; somebody may set the clock, and the time goes on. */
export class TestTime implements Waiting {
  readonly waits: number[] = [];
  #elapsed = 0;
  #set = 0;

  now(): number {
    return this.#elapsed + this.#set;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** Sets the clock forward, or back. */
  setClock(byMs: number): void {
    this.#set += byMs;
  }

  random(): number {
    return 1;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.waits.push(ms);
    this.#elapsed += ms;
    return Promise.resolve();
  }
}
