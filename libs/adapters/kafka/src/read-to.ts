import type { Consumer } from 'kafkajs';
import type { RawMessage } from './dead-letter.ts';

/** How often it is looked whether retention took what is still to be read, ms. */
const LOOK_MS = 5_000;

export interface ReadToOptions {
  /** A new member of a group of its own; who made it ends it. */
  readonly consumer: Pick<Consumer, 'connect' | 'events' | 'on' | 'run' | 'subscribe'>;
  /** A topic of one partition. */
  readonly topic: string;
  /** The offset before which it ends. */
  readonly high: bigint;
  /** The first offset that is there now. */
  readonly low: () => Promise<bigint>;
  readonly visit: (message: RawMessage) => void;
  /** How often `low` is asked, ms; 5 s. */
  readonly lookMs?: number;
}

/**
 * Shows what lies in a topic before an offset, in order. Its end is told by offsets alone: kafkajs fetches from each broker of
 * a cluster by itself, and those that have nothing of the topic answer as if it were at its end. Throws what kafkajs throws.
 */
export async function readTo({ consumer, topic, high, low, visit, lookMs = LOOK_MS }: ReadToOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const reached = (offset: bigint): void => (offset >= high ? resolve() : undefined);
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  // A batch counts with the marks of transactions, which have offsets too, and which nobody is given.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => reached(BigInt(payload.lastOffset) + 1n));
  const looking = setInterval(() => void low().then(reached, reject), lookMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: async ({ message }) => visit(message as RawMessage) });
    await promise;
  } finally {
    clearInterval(looking);
  }
}
