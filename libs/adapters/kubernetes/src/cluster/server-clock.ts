import type { Observe } from './notices.ts';

/** Less than this is within what replies tell: they name whole seconds. */
const WORTH_MS = 2_000;
const WARN_MS = 5_000;

/** The time by the API server, so that graces do not depend on the clock of this machine (platform KJ-12). */
export class ServerClock {
  readonly #now: () => number;
  readonly #observe: Observe;
  #skewMs = 0;
  #warned = false;

  /** `now`: ms since the epoch by this machine. */
  constructor(now: () => number, observe: Observe) {
    this.#now = now;
    this.#observe = observe;
  }

  now(): number {
    return this.#now() + this.#skewMs;
  }

  /** Takes the date of a reply that just arrived; one that was long on its way says little. */
  told(date: string | undefined, tookMs: number): void {
    const server = date === undefined ? Number.NaN : Date.parse(date);
    if (!Number.isFinite(server) || tookMs > WORTH_MS) return;
    const skew = server + 500 - (this.#now() - tookMs / 2);
    this.#skewMs = Math.abs(skew) < WORTH_MS ? 0 : skew;
    const wrong = Math.abs(skew) > WARN_MS;
    if (wrong && !this.#warned) this.#observe({ kind: 'clock_skew', skewMs: skew });
    this.#warned = wrong;
  }
}
