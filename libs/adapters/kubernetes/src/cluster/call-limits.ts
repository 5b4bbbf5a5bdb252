/** Lets so many calls through a second, and a burst before that; in the order of asking. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #rest: (ms: number) => Promise<unknown>;
  #tokens: number;
  #at: number;
  #last: Promise<void> = Promise.resolve();

  /** `now` in ms, of a clock that only goes forward. */
  constructor(perSecond: number, burst: number, now: () => number, rest: (ms: number) => Promise<unknown>) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
    this.#rest = rest;
    this.#tokens = burst;
    this.#at = now();
  }

  take(): Promise<void> {
    this.#last = this.#last.then(() => this.#one());
    return this.#last;
  }

  async #one(): Promise<void> {
    this.#fill();
    while (this.#tokens < 1) {
      await this.#rest(Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000));
      this.#fill();
    }
    this.#tokens -= 1;
  }

  #fill(): void {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }
}

/** Places that are taken and given back, first come first served. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether the next one has to wait. */
  get full(): boolean {
    return this.#free === 0;
  }

  /** Resolves with the function that gives the place back; more than once does nothing. Rejects with the signal's reason. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#queue(signal);
    let held = true;
    return () => {
      if (held) this.#give();
      held = false;
    };
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  #queue(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal?.reason as Error);
      };
      this.#waiting.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
