/** Tells when what this process published was handled by this process: per topic and partition, the next offset that is wanted and the one that is reached. */
export class Progress {
  readonly #wanted = new Map<string, bigint>();
  readonly #reached = new Map<string, bigint>();
  #waiting: (() => void)[] = [];

  want(topic: string, partition: number, offset: bigint): void {
    raise(this.#wanted, `${topic}/${partition}`, offset + 1n);
  }

  reach(topic: string, partition: number, offset: bigint): void {
    raise(this.#reached, `${topic}/${partition}`, offset + 1n);
    if (!this.#behind()) this.#release();
  }

  /** Resolves when nothing is wanted that is not reached. */
  async idle(): Promise<void> {
    while (this.#behind()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #behind(): boolean {
    return [...this.#wanted].some(([place, offset]) => (this.#reached.get(place) ?? 0n) < offset);
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function raise(offsets: Map<string, bigint>, place: string, offset: bigint): void {
  if ((offsets.get(place) ?? 0n) < offset) offsets.set(place, offset);
}
