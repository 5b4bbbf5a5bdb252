import type { CallPlace, CallRecord, CallSpent, CallStore } from '../call-store.ts';
import { replyOf } from './scripted-model.ts';

const PLACE: CallPlace = { agent: 'brainstormer', stage: 'brainstorm', subject: 'cars', dataset: 'cars', generation: 1 };

/** A record with what matters to a test. */
export function recordOf(part: Partial<CallRecord> = {}): CallRecord {
  return {
    key: 'key',
    place: PLACE,
    number: 0,
    identity: { model: 'scripted', endpoint: 'http://localhost/v1' },
    request: { messages: ['m'], tools: 't', parameters: 'p' },
    outcome: 'answered',
    reply: replyOf({ content: 'yes \u2028 "ü"' }),
    usage: { input: 100, output: 20, reported: true },
    cost: 12,
    at: 1_000,
    ...part,
  };
}

/** What every CallStore keeps to. `open` opens the same store again each time within one test. */
export function callStoreContract(name: string, setUp: () => Promise<{ open: () => Promise<CallStore>; tearDown?: () => Promise<void> }>): void {
  describe(`${name} as a call store`, () => {
    let around: Awaited<ReturnType<typeof setUp>>;
    beforeEach(async () => {
      around = await setUp();
    });
    afterEach(() => around.tearDown?.());

    it('gives what was put, also when it is opened again', async () => {
      const record = recordOf();

      await (await around.open()).put(record);

      expect(await (await around.open()).get('key')).toEqual(record);
      expect(await (await around.open()).get('other')).toBeUndefined();
    });

    it('keeps the first record of a key', async () => {
      const store = await around.open();

      await store.put(recordOf());
      await store.put(recordOf({ number: 7 }));

      expect((await store.get('key'))?.number).toBe(0);
    });

    it('lists records by place and number, those without an answer too', async () => {
      const store = await around.open();
      await store.put(recordOf({ key: 'c', number: 10 }));
      await store.put(recordOf({ key: 'b', number: 2, outcome: 'truncated' }));
      await store.put(recordOf({ key: 'd', place: { ...PLACE, subject: 'boats' } }));

      const listed = await (await around.open()).list();

      expect(listed.map(({ key }) => key)).toEqual(['d', 'b', 'c']);
      expect((await store.list('boats')).map(({ key }) => key)).toEqual(['d']);
    });

    it('gives every record one after another', async () => {
      const store = await around.open();
      for (const key of ['a', 'b', 'c']) await store.put(recordOf({ key }));

      const keys: string[] = [];
      for await (const { key } of store.each()) keys.push(key);

      expect(keys.sort()).toEqual(['a', 'b', 'c']);
    });

    it('tells what every call took, without what was said', async () => {
      const store = await around.open();
      const record = recordOf({ key: 'b', cost: null, outcome: 'truncated' });
      await store.put(recordOf({ key: 'a' }));
      await store.put(record);

      const told: CallSpent[] = [];
      for await (const spent of store.spent()) told.push(spent);

      const { place, identity, usage, at } = record;
      expect(told.sort((one, other) => (other.cost ?? 0) - (one.cost ?? 0))).toEqual([
        { place, identity, usage, cost: 12, at },
        { place, identity, usage, cost: null, at },
      ]);
    });

    it('holds one record where many put the same at once', async () => {
      const store = await around.open();

      await Promise.all(Array.from({ length: 20 }, (_, number) => store.put(recordOf({ number }))));

      expect(await store.list()).toHaveLength(1);
    });
  });
}
