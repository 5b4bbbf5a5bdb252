import { HttpProblem } from '@mle-smith/service';

/** Room for a number of requests at the same time. Half of it is the most that one key gets: whoever takes all that he may leaves room for others. */
export class Places {
  readonly #what: string;
  readonly #most: number;
  readonly #taken = new Map<string, number>();
  readonly #retryAfter: string;

  constructor({ what, most, retrySeconds }: { readonly what: string; readonly most: number; readonly retrySeconds: number }) {
    this.#what = what;
    this.#most = most;
    this.#retryAfter = String(retrySeconds);
  }

  /** Takes a place for the bearer of a key; gives what leaves it, once. Throws a problem where there is none. */
  take(key: string): () => void {
    const own = this.#taken.get(key) ?? 0;
    const all = [...this.#taken.values()].reduce((sum, one) => sum + one, 0);
    if (all >= this.#most || own >= this.#most / 2)
      throw new HttpProblem('unavailable', `too many ${this.#what}`, { headers: { 'Retry-After': this.#retryAfter } });
    this.#taken.set(key, own + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (this.#taken.get(key) ?? 1) - 1;
      if (rest > 0) this.#taken.set(key, rest);
      else this.#taken.delete(key);
    };
  }
}
