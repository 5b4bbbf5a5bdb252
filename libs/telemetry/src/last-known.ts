/** How long what was read last stands for what cannot be read now, ms: no alert ends for a scrape that met a slow store, and no figure outlives its store. */
const STANDS_FOR_MS = 60_000;

/** The last value, for as long as it may stand for one that is missing. */
export class LastKnown<Value> {
  readonly #nowMs: () => number;
  #known: { readonly value: Value; readonly at: number } | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What was read now, or what stands for it; undefined where that is too old. */
  or(value: Value | undefined): Value | undefined {
    const now = this.#nowMs();
    if (value !== undefined) this.#known = { value, at: now };
    return this.#known !== undefined && now - this.#known.at <= STANDS_FOR_MS ? this.#known.value : undefined;
  }
}
