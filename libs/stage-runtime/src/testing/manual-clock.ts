/** A store's clock that moves only when a test says so. Starts at a time of day that is easy to read. */
export class ManualClock {
  #now = Date.UTC(2026, 0, 1);

  readonly now = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }
}
