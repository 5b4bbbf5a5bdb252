import kafkajs, { type IHeaders, type Kafka, type Producer } from 'kafkajs';
import { RETRY } from './connection.ts';
import { within } from './deadline.ts';
import { PublishFailedError, TopicMissingError, type TopicsPlace } from './errors.ts';
import { PUBLISH_MS } from './limits.ts';

/** About 5 s: whoever publishes has an outbox, and tries again. */
const TRIES = { ...RETRY, retries: 4 };

export interface OutgoingMessage {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** Where a message came to lie. */
export interface Receipt {
  readonly partition: number;
  readonly offset: bigint;
}

/** Sends and waits for all replicas in sync; connects when it is first needed (platform KB-8: neither idempotent nor in transactions). */
export class Publisher {
  readonly #place: TopicsPlace;
  readonly #producer: Producer;
  readonly #publishMs: number;
  #connecting: Promise<void> | undefined;

  constructor(client: Kafka, place: TopicsPlace, publishMs: number = PUBLISH_MS) {
    this.#place = place;
    this.#publishMs = publishMs;
    this.#producer = client.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      retry: TRIES,
    });
  }

  connect(): Promise<void> {
    this.#connecting ??= this.#producer.connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  /** Throws `TopicMissingError`, or `PublishFailedError` where no acknowledgement came in time. */
  async send(topic: string, message: OutgoingMessage): Promise<Receipt> {
    try {
      const [receipt] = await within(this.#send(topic, message), this.#publishMs, () => new Error(`no acknowledgement within ${this.#publishMs} ms`));
      return { partition: receipt?.partition ?? 0, offset: BigInt(receipt?.baseOffset ?? '0') };
    } catch (cause) {
      throw typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION' ? new TopicMissingError([topic], this.#place, { cause }) : new PublishFailedError(topic, { cause });
    }
  }

  async disconnect(): Promise<void> {
    if (this.#connecting === undefined) return;
    this.#connecting = undefined;
    await this.#producer.disconnect();
  }

  async #send(topic: string, message: OutgoingMessage) {
    await this.connect();
    return this.#producer.send({ topic, acks: -1, timeout: this.#publishMs, messages: [message] });
  }
}

/** kafkajs wraps what the broker said in an error about its tries. */
function typeOf(error: unknown): unknown {
  for (let next = error as { type?: unknown; cause?: unknown } | undefined; next !== undefined; next = next.cause as typeof next)
    if (next.type !== undefined) return next.type;
  return undefined;
}
