import { EventEmitter } from 'node:events';
import type { Consumer } from 'kafkajs';
import { readTo, type ReadToOptions } from './read-to.ts';

const events = { CRASH: 'crash', FETCH: 'fetch', END_BATCH_PROCESS: 'end' } as unknown as Consumer['events'];

/** A consumer of a topic that another broker leads than the one which answers first; `script` is what its brokers give. */
function consumerOf(script: (tell: (event: string, payload: object) => void, give: (...offsets: number[]) => Promise<void>) => Promise<void>) {
  const emitter = new EventEmitter();
  const tell = (event: string, payload: object): void => void emitter.emit(event, { payload });
  return {
    events,
    connect: async () => undefined,
    subscribe: async () => undefined,
    on: (event: string, listener: (event: never) => void) => emitter.on(event, listener as () => void),
    run: async ({ eachMessage }: { eachMessage: (one: object) => Promise<void> }) => {
      const give = async (...offsets: number[]): Promise<void> => {
        for (const offset of offsets) await eachMessage({ message: { offset: String(offset) } });
        tell('end', { lastOffset: String(offsets.at(-1)) });
      };
      // Fetchers work on after a group was joined.
      setImmediate(() => void script(tell, give));
    },
  } as unknown as ReadToOptions['consumer'];
}

const reading = async (consumer: ReadToOptions['consumer'], high: bigint, low = async (): Promise<bigint> => 0n): Promise<string[]> => {
  const seen: string[] = [];
  await readTo({ consumer, topic: 't', high, low, visit: ({ offset }) => seen.push(offset), lookMs: 5 });
  return seen;
};

describe('reading a topic to its end', () => {
  it('goes on while brokers that lead nothing of it answer again and again', async () => {
    const consumer = consumerOf(async (tell, give) => {
      for (let answers = 0; answers < 9; answers += 1) tell('fetch', { nodeId: 2 + (answers % 2), numberOfBatches: 0 });
      await give(0, 1);
      for (let answers = 0; answers < 9; answers += 1) tell('fetch', { nodeId: 3, numberOfBatches: 0 });
      await give(2);
    });

    expect(await reading(consumer, 3n)).toEqual(['0', '1', '2']);
  });

  it('ends with what nobody is given, where that comes last', async () => {
    const consumer = consumerOf(async (tell, give) => {
      await give(0);
      tell('end', { lastOffset: '1' });
    });

    expect(await reading(consumer, 2n)).toEqual(['0']);
  });

  it('ends where retention took the rest meanwhile', async () => {
    const consumer = consumerOf(async (_tell, give) => give(0));
    let looks = 0;

    expect(await reading(consumer, 3n, async () => ((looks += 1) > 2 ? 3n : 0n))).toEqual(['0']);
  });

  it('ends with the fault of a consumer that crashes', async () => {
    const consumer = consumerOf(async (tell) => tell('crash', { error: new Error('gone') }));

    await expect(reading(consumer, 3n)).rejects.toThrow('gone');
  });
});
