import type { Digest } from '@mle-smith/package';

/** Digests that the store is known to hold: the newest of them, each for a while, because content that nothing refers to is swept one day. */
export class SeenDigests {
  readonly #seen = new Map<Digest, number>();
  readonly #most: number;
  readonly #forMs: number;
  readonly #now: () => number;

  constructor(options: { readonly most?: number; readonly forMs?: number; readonly now?: () => number } = {}) {
    this.#most = options.most ?? 100_000;
    this.#forMs = options.forMs ?? 3_600_000;
    this.#now = options.now ?? (() => performance.now());
  }

  has(digest: Digest): boolean {
    const at = this.#seen.get(digest);
    return at !== undefined && this.#now() - at < this.#forMs;
  }

  add(digest: Digest): void {
    this.#seen.delete(digest);
    this.#seen.set(digest, this.#now());
    if (this.#seen.size > this.#most) for (const oldest of this.#seen.keys()) return void this.#seen.delete(oldest);
  }
}
