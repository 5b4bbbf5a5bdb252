import { byPlace, type CallRecord, type CallStore } from '../call-store.ts';

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

  list(): Promise<readonly CallRecord[]> {
    return Promise.resolve([...this.#records.values()].sort(byPlace));
  }
}
