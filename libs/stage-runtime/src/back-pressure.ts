/** Depths of a queue: above `high` nothing more is taken in, at `low` it goes on. Two marks, so that it does not flicker between them. */
export interface PressureMarks {
  readonly low: number;
  readonly high: number;
}

export interface BackPressureOptions {
  readonly marks: PressureMarks;
  /** How many items wait. */
  readonly depth: () => Promise<number>;
  /** Stops the intake, e.g. pauses facts of a bus. */
  readonly hold: () => void;
  readonly letGo: () => void;
  readonly onNotice?: (notice: { readonly kind: 'paused' | 'resumed'; readonly depth: number }) => void;
}

/** Holds an intake back while a queue is deep (platform KB-17). Nothing is dropped: what is held waits where it is. */
export class BackPressure {
  readonly #options: BackPressureOptions;
  #held = false;

  /** Throws a RangeError where the marks are the wrong way round. */
  constructor(options: BackPressureOptions) {
    const { low, high } = options.marks;
    if (low >= high) throw new RangeError(`the low mark must be below the high one [low=${low}, high=${high}]`);
    this.#options = options;
  }

  /** Looks at the queue once; to be called every few seconds. */
  async look(): Promise<void> {
    const { depth: ask, marks, hold, letGo, onNotice } = this.#options;
    const depth = await ask();
    const held = this.#held ? depth > marks.low : depth > marks.high;
    if (held === this.#held) return;
    this.#held = held;
    (held ? hold : letGo)();
    onNotice?.({ kind: held ? 'paused' : 'resumed', depth });
  }
}
