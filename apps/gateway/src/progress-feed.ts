import { randomBytes } from 'node:crypto';
import { FACTS, type Progress, type TaskEvent } from '@mle-smith/contracts';
import type { EventBus } from '@mle-smith/stage-runtime';

export interface NumberedProgress {
  readonly id: string;
  readonly progress: Progress;
}

/** The last news, and whoever wants the next. Its ids are good for one life of the process. */
export class ProgressFeed {
  readonly #life = randomBytes(6).toString('hex');
  readonly #kept: number;
  readonly #recent: (NumberedProgress & { readonly event: string })[] = [];
  readonly #listeners = new Set<(news: NumberedProgress) => void>();
  #count = 0;

  constructor(kept = 1_000) {
    this.#kept = kept;
  }

  /** Takes every fact of a bus. */
  follow(bus: EventBus): void {
    for (const fact of FACTS) bus.subscribe(fact, async (event) => this.take(event));
  }

  /** Takes one event; one that came before changes nothing, since buses deliver at least once. */
  take({ id, type, subject, time, data }: TaskEvent): void {
    if (this.#recent.some(({ event }) => event === id)) return;
    this.#count += 1;
    const news = {
      id: `${this.#life}-${this.#count}`,
      event: id,
      progress: { type, subject, dataset: data.datasetId, generation: data.generation, time },
    };
    this.#recent.push(news);
    if (this.#recent.length > this.#kept) this.#recent.shift();
    for (const listener of this.#listeners) listener(news);
  }

  /** Whatever came after an id; undefined where some of it may be forgotten. */
  since(id: string): readonly NumberedProgress[] | undefined {
    const [life, count] = id.split('-');
    const seen = Number(count);
    if (life !== this.#life || !(seen <= this.#count) || seen < this.#count - this.#recent.length) return undefined;
    return this.#recent.slice(this.#recent.length - (this.#count - seen));
  }

  /** Calls back for each news to come, until the returned function is called. */
  listen(listener: (news: NumberedProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
