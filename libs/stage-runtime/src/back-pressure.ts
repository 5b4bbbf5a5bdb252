import type { IntakeNotice } from '@mle-smith/contracts';

/** Depths of a queue: above `high` nothing more is taken in, at `low` it goes on. Two marks, so that it does not flicker between them. */
export interface PressureMarks {
  readonly low: number;
  readonly high: number;
}

export interface BackPressureOptions {
  readonly marks: PressureMarks;
  /** How many items wait; counting may end at `most`. */
  readonly depth: (most: number) => Promise<number>;
  /** Stops the intake, e.g. pauses facts of a bus. */
  readonly hold: () => void;
  readonly letGo: () => void;
  readonly onNotice?: (notice: IntakeNotice) => void;
}

/** Holds an intake back while a queue is deep (platform KB-17). Nothing is dropped: what is held waits where it is. */
export class BackPressure {
  readonly #options: BackPressureOptions;
  #held = false;
  /** Items that may be taken in before the queue has to be looked at again. */
  #room = 0;

  /** Throws a RangeError where the marks are the wrong way round. */
  constructor(options: BackPressureOptions) {
    const { low, high } = options.marks;
    if (low >= high) throw new RangeError(`the low mark must be below the high one [low=${low}, high=${high}]`);
    this.#options = options;
  }

  /** Looks at the queue once; to be called every few seconds. */
  async look(): Promise<void> {
    const { depth: ask, marks, hold, letGo, onNotice } = this.#options;
    const most = marks.high + 1;
    const depth = await ask(most);
    this.#room = most - depth;
    const held = this.#held ? depth > marks.low : depth > marks.high;
    if (held === this.#held) return;
    this.#held = held;
    (held ? hold : letGo)();
    onNotice?.({ kind: held ? 'paused' : 'resumed', depth });
  }

  /** To be called after each item that was taken in: looks when there were so many that the queue may be full, whatever the pace. */
  async taken(): Promise<void> {
    this.#room -= 1;
    if (this.#room <= 0) await this.look();
  }
}
