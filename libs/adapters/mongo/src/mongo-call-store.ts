import { byPlace, CallRecord, CallSpent, spentOf, type CallStore } from '@mle-smith/agent';
import type { Collections } from './schema.ts';
import { isDuplicate, storeError } from './store-errors.ts';

/** Calls of models in a collection, one document each, the record as JSON text. */
export class MongoCallStore implements CallStore {
  readonly #calls: Collections['calls'];

  constructor({ calls }: Pick<Collections, 'calls'>) {
    this.#calls = calls;
  }

  async get(key: string): Promise<CallRecord | undefined> {
    const found = await this.#calls
      .findById(CallRecord.shape.key.parse(key))
      .lean()
      .catch((error: unknown) => Promise.reject(storeError('get a call', error)));
    return found === null ? undefined : recordOf(found);
  }

  async put(record: CallRecord): Promise<void> {
    const { key } = CallRecord.parse(record);
    const call = { subject: record.place.subject, record: JSON.stringify(record), spent: JSON.stringify(spentOf(record)) };
    try {
      await this.#calls.updateOne({ _id: key }, { $setOnInsert: call }, { upsert: true });
    } catch (error) {
      // Two at once may both find nothing; the key lets one of them in.
      if (!isDuplicate(error)) throw storeError('put a call', error);
    }
  }

  async list(subject?: string): Promise<readonly CallRecord[]> {
    const found = await this.#calls
      .find(subject === undefined ? {} : { subject: String(subject) })
      .lean()
      .catch((error: unknown) => Promise.reject(storeError('list calls', error)));
    return found.map(recordOf).sort(byPlace);
  }

  async *each(): AsyncGenerator<CallRecord, void, undefined> {
    try {
      for await (const found of this.#calls.find().lean().cursor()) yield recordOf(found);
    } catch (error) {
      throw storeError('read calls', error);
    }
  }

  async *spent(): AsyncGenerator<CallSpent, void, undefined> {
    try {
      for await (const { spent } of this.#calls
        .find({ spent: { $exists: true } }, { spent: 1 })
        .lean()
        .cursor())
        yield CallSpent.parse(JSON.parse(spent ?? ''));
      // Earlier versions wrote no such field.
      for await (const found of this.#calls
        .find({ spent: { $exists: false } })
        .lean()
        .cursor())
        yield spentOf(recordOf(found));
    } catch (error) {
      throw storeError('read calls', error);
    }
  }
}

function recordOf({ record }: { readonly record: string }): CallRecord {
  return CallRecord.parse(JSON.parse(record));
}
