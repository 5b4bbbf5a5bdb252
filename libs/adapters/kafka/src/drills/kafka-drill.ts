import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { FACTS } from '@mle-smith/contracts';
import { createClient, type KafkaConnection } from '../connection.ts';
import { withAdmin } from '../topic-admin.ts';
import { declaredTopics, topicOf } from '../topics.ts';

/** A message where it lies. */
export interface LyingMessage extends Message {
  readonly topic: string;
}

/** Kinds of batches that other clients send. */
export const COMPRESSION = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** What operators and strangers can do to the topics of an installation, for drills: write anything, read everything, stop writers, send readers back. */
export class KafkaDrill {
  readonly #connection: KafkaConnection;
  readonly #prefix: string;
  readonly #client: Kafka;

  constructor(connection: KafkaConnection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#client = createClient(connection, 'mle-smith-drill', () => undefined);
  }

  /** Writes messages to the topic of a fact, or to where they lay before. */
  async write(messages: readonly (Message & { readonly topic?: string })[], fact = '', compression: number = COMPRESSION.none): Promise<void> {
    const producer = this.#client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
    await producer.connect();
    try {
      for (const { topic = topicOf(fact, this.#prefix), ...message } of messages) await producer.send({ topic, messages: [message], compression });
    } finally {
      await producer.disconnect();
    }
  }

  /** Every event that lies in the topics of facts now, in the order of its topic and partition. */
  async events(): Promise<readonly LyingMessage[]> {
    const topics = FACTS.map((fact) => topicOf(fact, this.#prefix));
    const ends = await withAdmin(this.#connection, async (admin) => {
      const all = await Promise.all(topics.map(async (topic) => (await admin.fetchTopicOffsets(topic)).map((at) => ({ topic, ...at }))));
      return all.flat().filter(({ low, high }) => BigInt(high) > BigInt(low));
    });
    const wanted = new Map(ends.map(({ topic, partition, high }) => [`${topic}/${partition}`, BigInt(high)]));
    if (wanted.size === 0) return [];
    const found: LyingMessage[] = [];
    const group = `${this.#prefix}drill.${randomUUID()}`;
    const consumer = this.#client.consumer({ groupId: group, maxWaitTimeInMs: 300, allowAutoTopicCreation: false });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ topic, partition, message: { key, value, headers = {}, offset } }) => {
          const place = `${topic}/${partition}`;
          const end = wanted.get(place);
          if (end === undefined) return;
          if (BigInt(offset) < end) found.push({ topic, key, value, headers });
          if (BigInt(offset) >= end - 1n) wanted.delete(place);
          if (wanted.size === 0) resolve();
        },
      });
      await promise;
    } finally {
      await consumer.disconnect().catch(() => undefined);
      await withAdmin(this.#connection, (admin) => admin.deleteGroups([group])).catch(() => undefined);
    }
    return found;
  }

  /** Lets topics refuse every message, or takes that back. Readers go on. */
  async takeNothing(nothing: boolean): Promise<void> {
    await withAdmin(this.#connection, async (admin) => {
      const resources = declaredTopics(1, this.#prefix).map(({ topic, settings }) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: Object.entries({ ...settings, ...(nothing ? { 'max.message.bytes': '16' } : {}) }).map(([name, value]) => ({ name, value })),
      }));
      await admin.alterConfigs({ validateOnly: false, resources });
    });
  }

  /** Lets groups that nobody is a member of forget where they were: they begin with the first message of every topic. */
  async rewind(apps: readonly string[]): Promise<void> {
    await withAdmin(this.#connection, (admin) => admin.deleteGroups(apps.map((app) => `${this.#prefix}${app}`)));
  }
}
