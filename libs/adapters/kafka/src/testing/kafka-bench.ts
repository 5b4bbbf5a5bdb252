import { randomUUID } from 'node:crypto';
import type { BusNotice } from '@mle-smith/contracts';
import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { createClient, KafkaConnection } from '../connection.ts';
import { KafkaEventBus, type KafkaEventBusOptions } from '../kafka-event-bus.ts';
import { applyTopics } from '../topic-admin.ts';
import { topicOf } from '../topics.ts';

/** Topics of a test's own on a real broker, buses over them, and a producer that may write anything. */
export class KafkaBench {
  readonly connection: KafkaConnection;
  readonly prefix = `t${randomUUID().slice(0, 8)}.`;
  readonly notices: BusNotice[] = [];
  readonly crashes: Error[] = [];
  readonly client: Kafka;
  readonly #buses: KafkaEventBus[] = [];

  constructor(address: string) {
    this.connection = KafkaConnection.parse({ brokers: [address] });
    this.client = createClient(this.connection, 'bench', () => undefined);
  }

  /** Topics for these facts, and for dead letters. */
  async topics(...facts: readonly string[]): Promise<this> {
    await applyTopics(this.connection, { prefix: this.prefix, facts });
    return this;
  }

  /** A bus that is closed with the bench. */
  bus(options: Partial<KafkaEventBusOptions> = {}): KafkaEventBus {
    const bus = new KafkaEventBus({
      connection: this.connection,
      group: `${this.prefix}group`,
      version: '1.2.3',
      topicPrefix: this.prefix,
      onCrash: (error) => this.crashes.push(error),
      observe: (notice) => this.notices.push(notice),
      ...options,
    });
    this.#buses.push(bus);
    return bus;
  }

  /** Messages as somebody else would write them. */
  async write(fact: string, messages: Message[], compression: number = 0): Promise<void> {
    const producer = this.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic: topicOf(fact, this.prefix), messages, compression });
    await producer.disconnect();
  }

  count(kind: BusNotice['kind'], outcome?: string): number {
    return this.notices.filter((notice) => notice.kind === kind && (outcome === undefined || (notice.kind === 'handled' && notice.outcome === outcome))).length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close()));
  }
}

/** News of a task. */
export { newsOf as news } from '../drills/poison.ts';
