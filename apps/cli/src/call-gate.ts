import type { ModelSource } from '@mle-smith/agent';

/** Lets calls of models through until it is closed; then the ones under way end, and those who ask for another wait until they are stopped. */
export class CallGate {
  readonly #calling = new Map<string, number>();
  readonly #waiting = new Set<string>();
  readonly #onWait: () => void;
  #closed = false;

  /** `onWait` is called when the gate is closed, and from then on whenever somebody begins to wait or a call ends. */
  constructor(onWait: () => void) {
    this.#onWait = onWait;
  }

  close(): void {
    this.#closed = true;
    this.look();
  }

  /** Tells, at a closed gate, that what is at work may have changed. */
  look(): void {
    if (this.#closed) this.#onWait();
  }

  /** Whether work on a subject has come to the gate, with none of its calls under way. */
  holds(subject: string): boolean {
    return this.#waiting.has(subject) && (this.#calling.get(subject) ?? 0) === 0;
  }

  /** The same models behind the gate. */
  guard(source: ModelSource): ModelSource {
    return {
      capabilities: source.capabilities,
      time: source.time,
      at: (place) => {
        const model = source.at(place);
        return {
          identity: model.identity,
          complete: async (request, signal) => {
            if (this.#closed) await this.#wait(place.subject, signal);
            this.#count(place.subject, 1);
            try {
              return await model.complete(request, signal);
            } finally {
              this.#count(place.subject, -1);
              this.look();
            }
          },
        };
      },
    };
  }

  #count(subject: string, change: number): void {
    this.#calling.set(subject, (this.#calling.get(subject) ?? 0) + change);
  }

  /** Never resolves; rejects with the signal's reason. */
  #wait(subject: string, signal: AbortSignal): Promise<never> {
    this.#waiting.add(subject);
    return new Promise((_, reject) => {
      const leave = (): void => reject(signal.reason as Error);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      this.#onWait();
    });
  }
}
