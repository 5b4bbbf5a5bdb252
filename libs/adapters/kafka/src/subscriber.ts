import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { RETRY } from './connection.ts';
import { within } from './deadline.ts';
import { BusDeniedError, connectError, ConsumerCrashedError, isOutOfReach, refusalIn } from './errors.ts';
import { REBALANCE_MS, START_MS } from './limits.ts';
import type { Observe } from './observer.ts';
import type { RawMessage } from './dead-letter.ts';

export interface SubscriberOptions {
  readonly client: Kafka;
  readonly brokers: readonly string[];
  readonly group: string;
  readonly topics: readonly string[];
  /** Deals with one message and never throws; gives ms after which it is to come again. */
  readonly deliver: (topic: string, partition: number, message: RawMessage) => Promise<number | undefined>;
  readonly isPaused: (topic: string) => boolean;
  readonly onCrash: (error: Error) => void;
  /** Whether a new group hears what was told before it. */
  readonly fromFirst: boolean;
  readonly observe: Observe;
  readonly startMs?: number;
  readonly sessionMs?: number;
}

/**
 * One member of a group. Offsets are committed behind what is dealt with; a message that has to wait stops its partition
 * only, by a pause, so that heartbeats go on.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #consumer: Consumer;
  readonly #waits = new Set<NodeJS.Timeout>();
  #running = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#consumer = options.client.consumer({
      groupId: options.group,
      sessionTimeout: options.sessionMs ?? 30_000,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: 3_000,
      // Ending, and each rebalance, wait for an open fetch; a shorter one costs an idle process its rest.
      maxWaitTimeInMs: 1_000,
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      retry: { ...RETRY, restartOnFailure: async () => true },
    });
  }

  /** Joins the group. Throws `BrokersUnreachableError` or `BusDeniedError` where that does not come about. */
  async start(): Promise<void> {
    const { startMs = START_MS, topics, fromFirst } = this.#options;
    const joined = this.#watch();
    await this.#soon(startMs, async () => {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: fromFirst });
    });
    // Brokers that answer hold a new member back until the others have answered them: who gives up earlier is one more dead member.
    await this.#soon(startMs + REBALANCE_MS, async () => {
      await this.#consumer.run({
        eachBatchAutoResolve: false,
        autoCommitInterval: 1_000,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => this.#batch(payload),
      });
      await joined;
    });
    this.#running = true;
  }

  /** One part of joining the group. */
  async #soon(ms: number, part: () => Promise<void>): Promise<void> {
    try {
      await within(part(), ms, () => new Error('no answer'));
    } catch (cause) {
      await this.stop();
      throw connectError(this.#options.brokers, `joining the group ${this.#options.group}`, ms, cause);
    }
  }

  /** Lets the messages in hand be dealt with, commits, and leaves the group. */
  async stop(): Promise<void> {
    for (const wait of this.#waits) clearTimeout(wait);
    this.#running = false;
    await this.#consumer.disconnect().catch(() => undefined);
  }

  /** Fetches nothing of these topics until they are resumed. */
  pause(topics: readonly string[]): void {
    if (this.#running) this.#consumer.pause(topics.map((topic) => ({ topic })));
  }

  resume(topics: readonly string[]): void {
    if (this.#running) this.#consumer.resume(topics.map((topic) => ({ topic })));
  }

  /** Resolves when the member has joined; tells of crashes from then on. */
  #watch(): Promise<void> {
    const { events, on } = this.#consumer;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    on(events.FETCH, () => this.#options.observe({ kind: 'fetched' }));
    on(events.REBALANCING, () => this.#options.observe({ kind: 'rebalanced' }));
    on(events.DISCONNECT, () => this.#options.observe({ kind: 'disconnected' }));
    on(events.GROUP_JOIN, () => {
      this.#options.observe({ kind: 'connected' });
      resolve();
    });
    on(events.CRASH, ({ payload: { error, restart } }) => {
      // kafkajs calls an outage that outlasts its patience a crash, and goes on by itself.
      this.#options.observe(restart && isOutOfReach(error) ? { kind: 'unreachable', error } : { kind: 'crashed', restart, error });
      if (restart) return;
      reject(error);
      // Before it joined, the start itself fails with a name.
      if (this.#running) this.#options.onCrash(this.#crashOf(error));
    });
    return promise;
  }

  /** Brokers may let a user into the group and not at its topics, which the first fetch tells. */
  #crashOf(cause: Error): Error {
    const { brokers, group } = this.#options;
    const refusal = refusalIn(cause);
    return refusal === undefined
      ? new ConsumerCrashedError(group, { cause })
      : new BusDeniedError(brokers, `reading as the group ${group}`, refusal, { cause });
  }

  async #batch({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale, pause }: EachBatchPayload): Promise<void> {
    for (const message of batch.messages) {
      if (!isRunning() || isStale() || this.#options.isPaused(batch.topic)) return;
      const wait = await this.#options.deliver(batch.topic, batch.partition, message as RawMessage);
      if (wait !== undefined) {
        // To kafkajs the pause of one partition ends that of its topic, which would then be fetched without rest.
        return this.#options.isPaused(batch.topic) ? undefined : this.#waitWith(pause(), batch.topic, wait);
      }
      resolveOffset(message.offset);
      // A rebalance is told by an exception of the heartbeat, which kafkajs takes.
      await heartbeat();
      await commitOffsetsIfNecessary();
    }
  }

  #waitWith(resume: () => void, topic: string, ms: number): void {
    const timer = setTimeout(() => {
      this.#waits.delete(timer);
      if (!this.#options.isPaused(topic)) resume();
    }, ms);
    this.#waits.add(timer);
  }
}
