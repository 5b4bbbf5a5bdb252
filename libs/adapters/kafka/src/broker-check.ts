import type { Admin, Kafka } from 'kafkajs';
import { createClient, type KafkaConnection } from './connection.ts';
import { within } from './deadline.ts';
import { connectError } from './errors.ts';

/**
 * Asks brokers small things over one connection, which is kept while it answers. No broker is tried again and again:
 * whoever asks, asks again later.
 */
export class BrokerCheck {
  readonly #client: Kafka;
  readonly #brokers: readonly string[];
  #admin: Admin | undefined;

  constructor(connection: KafkaConnection, clientId: string) {
    const { brokers } = connection;
    // Another broker of the list is tried at once where one is away, and then no more.
    const retry = { initialRetryTime: 50, maxRetryTime: 50, retries: brokers.length };
    this.#client = createClient(connection, clientId, () => undefined, retry);
    this.#brokers = brokers;
  }

  /** What an administrator's connection gives within so many ms. Throws `BrokersUnreachableError` or `BusDeniedError`. */
  async ask<Answer>(doing: string, ms: number, question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    const admin = (this.#admin ??= this.#client.admin());
    try {
      return await within(
        admin.connect().then(() => question(admin)),
        ms,
        () => new Error('no answer'),
      );
    } catch (cause) {
      // A connection on which nothing came is not asked again: what it waits for may never end.
      this.close().catch(() => undefined);
      throw connectError(this.#brokers, doing, ms, cause);
    }
  }

  /** Lets go of the connection; the next question opens another. */
  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.disconnect();
  }
}
