import { byPlace, spentOf, type CallRecord, type CallSpent, type CallStore } from '../call-store.ts';

/** Calls in memory. */
export class InMemoryCallStore implements CallStore {
  readonly #records = new Map<string, CallRecord>();

  get(key: string): Promise<CallRecord | undefined> {
    return Promise.resolve(this.#records.get(key));
  }

  put(record: CallRecord): Promise<void> {
    if (!this.#records.has(record.key)) this.#records.set(record.key, structuredClone(record));
    return Promise.resolve();
  }

  list(subject?: string): Promise<readonly CallRecord[]> {
    const asked = [...this.#records.values()].filter(({ place }) => subject === undefined || place.subject === subject);
    return Promise.resolve(asked.sort(byPlace));
  }

  async *each(): AsyncGenerator<CallRecord, void, undefined> {
    yield* this.#records.values();
  }

  async *spent(): AsyncGenerator<CallSpent, void, undefined> {
    for (const record of this.#records.values()) yield spentOf(record);
  }
}
