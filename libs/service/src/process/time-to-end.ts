/** How long a process that ends may still take; it only grows shorter. */
export class TimeToEnd {
  readonly #over = Promise.withResolvers<void>();
  readonly #now: () => number;
  #until = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Resolves when the time is over; never, while none was set. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Ms that are left. */
  get left(): number {
    return Math.max(0, this.#until - this.#now());
  }

  /** Leaves no more than so many ms from now on. */
  within(ms: number): void {
    const until = this.#now() + ms;
    if (until >= this.#until) return;
    this.#until = until;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#over.resolve, ms);
  }
}
