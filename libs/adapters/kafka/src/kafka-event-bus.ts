import type { TaskEvent } from '@mle-smith/contracts';
import { isInfrastructureFault, type NewsHandler, type RemoteEventBus } from '@mle-smith/stage-runtime';
import type { Kafka } from 'kafkajs';
import { BrokerCheck } from './broker-check.ts';
import { checkIn, type BlobStore } from './claim-check.ts';
import { createClient, type KafkaConnection } from './connection.ts';
import { deadLetterOf, type Failure, type RawMessage } from './dead-letter.ts';
import { Delivery } from './delivery.ts';
import { HEADER, traceOf, written } from './envelope.ts';
import { PublishFailedError, TopicMissingError } from './errors.ts';
import { ANSWER_MS, HANDLER_MS, MOST_DELIVERIES, START_MS } from './limits.ts';
import { harmless, type ClientWarning, type Observe } from './observer.ts';
import { Progress } from './progress.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';
import { deadLetterTopic, TOPIC_PREFIX, topicOf } from './topics.ts';
import type { TraceHook } from './trace-hook.ts';

export interface KafkaEventBusOptions {
  readonly connection: KafkaConnection;
  /** Members of one group share its events; each station has one of its own, e.g. `mle-smith.design`. */
  readonly group: string;
  /** Told in dead letters. */
  readonly version: string;
  /** The consumer is gone for good: end the process, so that it is started again. */
  readonly onCrash: (error: Error) => void;
  readonly clientId?: string;
  readonly topicPrefix?: string;
  /** Facts that this process may publish: their topics have to be there as those do that it hears. None by default. */
  readonly publishes?: readonly string[];
  /** Where a group begins that was never there before: at the first message that is kept, by default, or at the next one. */
  readonly from?: 'first' | 'next';
  /** Where bodies over 256 KiB go; without it they are refused. */
  readonly blobs?: BlobStore;
  readonly trace?: TraceHook;
  readonly observe?: Observe;
  /** What kafkajs warns of. */
  readonly onWarning?: (warning: ClientWarning) => void;
  /** Whether an error of a handler says that the machine or a server is at fault; then the event waits for ever. By default, the codes of the network and the disk in the error or its causes. */
  readonly isOutage?: (error: unknown) => boolean;
  /** Longest that a handler may take, ms; 10 s. Longer is an outage. */
  readonly handlerMs?: number;
  /** Deliveries that failed by no outage before an event becomes a dead letter; 8. */
  readonly maxDeliveries?: number;
  /** Longest that `start` may take, ms; 30 s. */
  readonly startMs?: number;
  /** Silence after which the group gives this member up, ms; 30 s. */
  readonly sessionMs?: number;
}

/** The EventBus over Kafka: at least once, in order for each key. Handlers write down what they heard and return. */
export class KafkaEventBus implements RemoteEventBus {
  readonly #options: KafkaEventBusOptions;
  readonly #observe: Observe;
  readonly #prefix: string;
  readonly #client: Kafka;
  readonly #publisher: Publisher;
  readonly #check: BrokerCheck;
  readonly #delivery: Delivery;
  readonly #handlers = new Map<string, NewsHandler[]>();
  readonly #paused = new Set<string>();
  readonly #progress = new Progress();
  #subscriber: Subscriber | undefined;

  constructor(options: KafkaEventBusOptions) {
    this.#options = options;
    this.#observe = harmless(options.observe);
    this.#prefix = options.topicPrefix ?? TOPIC_PREFIX;
    this.#client = createClient(options.connection, options.clientId ?? options.group, harmless(options.onWarning));
    this.#publisher = new Publisher(this.#client, { brokers: options.connection.brokers, prefix: this.#prefix });
    this.#check = new BrokerCheck(options.connection, options.clientId ?? options.group);
    this.#delivery = new Delivery({
      handlersOf: (fact) => this.#handlers.get(fact) ?? [],
      bury: (...letter) => this.#bury(...letter),
      blobs: options.blobs,
      trace: options.trace,
      isOutage: (error) => error instanceof PublishFailedError || (options.isOutage ?? causedByOutage)(error),
      observe: this.#observe,
      handlerMs: options.handlerMs ?? HANDLER_MS,
      maxDeliveries: options.maxDeliveries ?? MOST_DELIVERIES,
    });
  }

  /** Throws `TopicMissingError`, `PublishFailedError` or `EventTooLargeError`. */
  async publish(fact: string, key: string, event: TaskEvent): Promise<void> {
    const started = performance.now();
    const topic = topicOf(fact, this.#prefix);
    try {
      const { headers, body } = written(event);
      const digest = await checkIn(event.id, body, this.#options.blobs);
      if (digest !== undefined) headers[HEADER.dataref] = digest;
      const send = () => this.#publisher.send(topic, { key, headers, value: digest === undefined ? body : Buffer.alloc(0) });
      const { partition, offset } = await (this.#options.trace?.(traceOf(event), send) ?? send());
      if (this.#handlers.has(fact)) this.#progress.want(topic, partition, offset);
      this.#observe({ kind: 'published', topic, bytes: body.length, durationMs: performance.now() - started });
    } catch (error) {
      this.#observe({ kind: 'publish_failed', topic, error });
      throw error;
    }
  }

  subscribe(fact: string, handler: NewsHandler): void {
    this.#handlers.set(fact, [...(this.#handlers.get(fact) ?? []), handler]);
  }

  /** Throws `BrokersUnreachableError`, `BusDeniedError` or `TopicMissingError`; may be called again then. */
  async start(): Promise<void> {
    if (this.#subscriber !== undefined) return;
    const { connection, group, onCrash, from, startMs, sessionMs } = this.#options;
    const facts = new Map([...this.#handlers.keys()].map((fact) => [topicOf(fact, this.#prefix), fact]));
    try {
      await this.#topicsThere(startMs ?? START_MS);
    } catch (error) {
      this.#observe({ kind: 'unreachable', error });
      throw error;
    }
    if (facts.size === 0) return;
    const subscriber = new Subscriber({
      client: this.#client,
      brokers: connection.brokers,
      group,
      topics: [...facts.keys()],
      deliver: async (topic, partition, message) => {
        const wait = await this.#delivery.deliver({ fact: facts.get(topic) ?? topic, topic, partition }, message);
        if (wait === undefined) this.#progress.reach(topic, partition, BigInt(message.offset));
        return wait;
      },
      isPaused: (topic) => this.#paused.has(topic),
      onCrash,
      observe: this.#observe,
      fromFirst: from !== 'next',
      ...(startMs === undefined ? {} : { startMs }),
      ...(sessionMs === undefined ? {} : { sessionMs }),
    });
    this.#subscriber = subscriber;
    try {
      await subscriber.start();
    } catch (error) {
      this.#subscriber = undefined;
      this.#observe({ kind: 'unreachable', error });
      throw error;
    }
    if (this.#paused.size > 0) subscriber.pause([...this.#paused]);
  }

  async stop(): Promise<void> {
    const subscriber = this.#subscriber;
    this.#subscriber = undefined;
    await subscriber?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#check.close();
    await this.#publisher.disconnect();
  }

  idle(): Promise<void> {
    return this.#progress.idle();
  }

  pause(facts: readonly string[]): void {
    const topics = facts.map((fact) => topicOf(fact, this.#prefix));
    for (const topic of topics) this.#paused.add(topic);
    this.#subscriber?.pause(topics);
  }

  resume(facts: readonly string[]): void {
    const topics = facts.map((fact) => topicOf(fact, this.#prefix));
    for (const topic of topics) this.#paused.delete(topic);
    this.#subscriber?.resume(topics);
  }

  /** Whether a broker answers now; to be asked every few seconds at most. Throws `BrokersUnreachableError` or `BusDeniedError`. */
  async check(): Promise<void> {
    await this.#check.ask('it was asked for a sign of life', ANSWER_MS, (admin) => admin.describeCluster());
  }

  /** Whether all topics are there that this process hears and publishes, with that of dead letters. Throws `TopicMissingError`, `BrokersUnreachableError` or `BusDeniedError`. */
  checkTopics(): Promise<void> {
    return this.#topicsThere(ANSWER_MS);
  }

  /** Asked before joining, too: a group that waits for a topic which is missing would only look idle. */
  async #topicsThere(withinMs: number): Promise<void> {
    const there = await this.#check.ask('connecting', withinMs, async (admin) => {
      await this.#publisher.connect();
      return new Set(await admin.listTopics());
    });
    const heard = [...this.#handlers.keys()];
    const needed = new Set([...heard, ...(this.#options.publishes ?? [])].map((fact) => topicOf(fact, this.#prefix)));
    if (heard.length > 0) needed.add(deadLetterTopic(this.#prefix));
    const missing = [...needed].filter((topic) => !there.has(topic));
    if (missing.length > 0) throw new TopicMissingError(missing, { brokers: this.#options.connection.brokers, prefix: this.#prefix });
  }

  async #bury(topic: string, partition: number, message: RawMessage, failure: Failure): Promise<void> {
    await this.#publisher.send(deadLetterTopic(this.#prefix), deadLetterOf(topic, partition, message, failure, this.#options.version));
  }
}

function causedByOutage(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause) if (isInfrastructureFault(next)) return true;
  return false;
}
