import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { createClient, type KafkaConnection } from './connection.ts';
import { LETTER, withoutLetter, type RawMessage } from './dead-letter.ts';
import { HEADER, headerText, type Headers } from './envelope.ts';
import { DeadLetterMissingError, DeadLetterUnfitError, TopicMissingError, type TopicsPlace } from './errors.ts';
import { Publisher } from './publisher.ts';
import { readTo } from './read-to.ts';
import { withAdmin } from './topic-admin.ts';
import { deadLetterTopic, declaredTopics, TOPIC_PREFIX } from './topics.ts';

/** A dead letter that lies in its topic. */
export interface DeadLetter {
  /** Its number: the offset in the topic of dead letters. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Of the message, ms since the epoch. */
  readonly timestamp: number;
  readonly reason: string;
  readonly error: string;
  readonly deliveries: number;
  readonly version: string;
  /** The size of a message that was too large for its letter, which holds neither body nor headers then. */
  readonly lostBytes?: number;
  readonly eventId?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** How it was dealt with, where it was. */
  readonly settled?: string;
}

/** The dead letters of one installation: reads them whole, sends them back, or marks them as dealt with (platform KB-6). */
export class DeadLetterArchive {
  readonly #connection: KafkaConnection;
  readonly #prefix: string;
  readonly #topic: string;
  readonly #client: Kafka;

  constructor(connection: KafkaConnection, prefix: string = TOPIC_PREFIX) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#topic = deadLetterTopic(prefix);
    this.#client = createClient(connection, 'mle-smith-dead-letters', () => undefined);
  }

  /** All dead letters, oldest first, with those that were dealt with. Throws `TopicMissingError`, `BrokersUnreachableError` or `BusDeniedError`. */
  list(): Promise<readonly DeadLetter[]> {
    return this.#letters(() => true);
  }

  /** Throws `DeadLetterMissingError`. */
  async show(id: string): Promise<DeadLetter> {
    const [letter] = await this.#chosen([id]);
    return letter as DeadLetter;
  }

  /**
   * Sends dead letters back to where they came from, as they were: with their event ids, so that doing it again changes
   * nothing. Throws `DeadLetterUnfitError`, before anything is sent, where one cannot be: anybody who writes to Kafka may
   * have written it, so that it may name any topic.
   */
  async redrive(ids: readonly string[]): Promise<readonly DeadLetter[]> {
    const topics = new Set(declaredTopics(1, this.#prefix).map(({ topic }) => topic));
    topics.delete(this.#topic);
    for (const { id, topic, lostBytes } of await this.#chosen(ids)) {
      if (!topics.has(topic)) throw new DeadLetterUnfitError(id, 'it does not come from a topic of this installation');
      if (lostBytes !== undefined) throw new DeadLetterUnfitError(id, `its message of ${lostBytes} bytes was too large to be kept`);
    }
    return this.#settle(ids, 'redriven', async (publisher, letter) => {
      await publisher.send(letter.topic, { key: letter.key, value: letter.value, headers: withoutLetter(letter.headers) });
    });
  }

  /** Marks dead letters as dealt with; the topic keeps them until its retention ends. */
  drop(ids: readonly string[]): Promise<readonly DeadLetter[]> {
    return this.#settle(ids, 'dropped', async () => undefined);
  }

  get #place(): TopicsPlace {
    return { brokers: this.#connection.brokers, prefix: this.#prefix };
  }

  async #settle(ids: readonly string[], how: string, act: (publisher: Publisher, letter: DeadLetter) => Promise<void>): Promise<readonly DeadLetter[]> {
    const letters = await this.#chosen(ids);
    const publisher = new Publisher(this.#client, this.#place);
    try {
      for (const letter of letters) {
        await act(publisher, letter);
        await publisher.send(this.#topic, { key: letter.id, value: null, headers: { [LETTER.settles]: letter.id, [LETTER.how]: how } });
      }
    } finally {
      await publisher.disconnect();
    }
    return letters;
  }

  async #chosen(ids: readonly string[]): Promise<readonly DeadLetter[]> {
    const wanted = new Set(ids);
    const letters = new Map((await this.#letters((id) => wanted.has(id))).map((letter) => [letter.id, letter]));
    const missing = ids.filter((id) => !letters.has(id));
    if (missing.length > 0) throw new DeadLetterMissingError(missing);
    return ids.map((id) => letters.get(id) as DeadLetter);
  }

  /** The letters that are wanted, by their numbers; of the others, which may be those of months, nothing is kept. */
  async #letters(isWanted: (id: string) => boolean): Promise<readonly DeadLetter[]> {
    const letters = new Map<string, RawMessage>();
    const settled = new Map<string, string>();
    await this.#read((message) => {
      const { headers = {}, offset } = message;
      const settles = headerText(headers, LETTER.settles);
      if (settles !== undefined && letters.has(settles)) settled.set(settles, headerText(headers, LETTER.how) ?? 'settled');
      if (headerText(headers, LETTER.topic) !== undefined && isWanted(offset)) letters.set(offset, message);
    });
    return [...letters].map(([id, message]) => letterOf(message, settled.get(id)));
  }

  /** Shows every message that lies in the topic now, in order: what settles a letter comes after it. Reads as a group of its own, which is gone afterwards. */
  async #read(visit: (message: RawMessage) => void): Promise<void> {
    const { low, high } = await this.#bounds();
    if (low >= high) return;
    const group = `${this.#topic}.reader.${randomUUID()}`;
    const consumer = this.#client.consumer({ groupId: group, maxWaitTimeInMs: 300, allowAutoTopicCreation: false });
    try {
      await readTo({ consumer, topic: this.#topic, high, low: async () => (await this.#bounds()).low, visit });
    } finally {
      await consumer.disconnect().catch(() => undefined);
      await withAdmin(this.#connection, (admin) => admin.deleteGroups([group])).catch(() => undefined);
    }
  }

  /** The first offset of the topic, and the one after its last. */
  #bounds(): Promise<{ readonly low: bigint; readonly high: bigint }> {
    return withAdmin(this.#connection, async (admin) => {
      if (!(await admin.listTopics()).includes(this.#topic)) throw new TopicMissingError([this.#topic], this.#place);
      const [offsets] = await admin.fetchTopicOffsets(this.#topic);
      return { low: BigInt(offsets?.low ?? '0'), high: BigInt(offsets?.high ?? '0') };
    });
  }
}

function letterOf(message: RawMessage, settled: string | undefined): DeadLetter {
  const headers = message.headers ?? {};
  const text = (name: string): string => headerText(headers, name) ?? '';
  const eventId = headerText(headers, HEADER.id);
  const lost = headerText(headers, LETTER.lost);
  return {
    id: message.offset,
    topic: text(LETTER.topic),
    partition: Number(text(LETTER.partition)),
    offset: text(LETTER.offset),
    timestamp: Number(text(LETTER.timestamp)),
    reason: text(LETTER.reason),
    error: text(LETTER.error),
    deliveries: Number(text(LETTER.deliveries)),
    version: text(LETTER.version),
    key: message.key,
    value: message.value,
    headers,
    ...(lost === undefined ? {} : { lostBytes: Number(lost) }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(settled === undefined ? {} : { settled }),
  };
}
