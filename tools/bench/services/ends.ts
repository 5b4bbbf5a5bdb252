import type { WorkNotice } from '@mle-smith/stage-runtime';

/** Notes when subjects reach a state, in seconds since it was made. */
export class Ends {
  readonly times: number[] = [];
  readonly #state: string;
  readonly #began = performance.now();
  #noted: () => void = () => undefined;

  constructor(state: string) {
    this.#state = state;
  }

  note = ({ phase, to }: WorkNotice): void => {
    if (phase !== 'finished' || to !== this.#state) return;
    this.times.push((performance.now() - this.#began) / 1_000);
    this.#noted();
  };

  /** Resolves when so many have. */
  async count(wanted: number): Promise<void> {
    while (this.times.length < wanted) await new Promise<void>((resolve) => (this.#noted = resolve));
  }
}
