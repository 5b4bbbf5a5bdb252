import type { BusNotice } from '@mle-smith/contracts';
import type { NewsHandler, Taken } from '@mle-smith/stage-runtime';
import type { BlobStore } from './claim-check.ts';
import { within } from './deadline.ts';
import { decode } from './decode.ts';
import type { Failure, RawMessage } from './dead-letter.ts';
import { traceOf } from './envelope.ts';
import { HandlerTimeoutError } from './errors.ts';
import type { Observe } from './observer.ts';
import { Retries, waitAfter } from './retries.ts';
import type { TraceHook } from './trace-hook.ts';

type Outcome = Extract<BusNotice, { kind: 'handled' }>['outcome'];

export interface DeliveryOptions {
  readonly handlersOf: (fact: string) => readonly NewsHandler[];
  /** Resolves when the dead letter is acknowledged. */
  readonly bury: (topic: string, partition: number, message: RawMessage, failure: Failure) => Promise<void>;
  readonly blobs: BlobStore | undefined;
  readonly trace: TraceHook | undefined;
  readonly isOutage: (error: unknown) => boolean;
  readonly observe: Observe;
  readonly handlerMs: number;
  readonly maxDeliveries: number;
}

/** Where a message came from. */
export interface Place {
  readonly fact: string;
  readonly topic: string;
  readonly partition: number;
}

/** Brings one message to its handlers. Nothing escapes it: what fails is tried again later, and what can never be used is buried (platform KB-2). */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #retries = new Retries();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Undefined when the message is dealt with, else after how many ms it is to be delivered again. */
  async deliver(place: Place, message: RawMessage): Promise<number | undefined> {
    const { observe, isOutage, maxDeliveries } = this.#options;
    const partition = `${place.topic}/${place.partition}`;
    const started = performance.now();
    const tell = (outcome: Outcome, deliveries: number, error?: unknown): void =>
      observe({ kind: 'handled', topic: place.topic, outcome, durationMs: performance.now() - started, deliveries, ...(error === undefined ? {} : { error }) });
    try {
      const outcome = await this.#handle(place, message);
      tell(outcome, this.#retries.settled(partition, message.offset) + 1);
      return undefined;
    } catch (error) {
      // A handler that takes long waits for a server: it only writes down what it heard.
      const byOutage = error instanceof HandlerTimeoutError || isOutage(error);
      const { deliveries, own } = this.#retries.failed(partition, message.offset, byOutage);
      tell('failed', deliveries, error);
      // An outage is no fault of the message: it waits, however long that takes.
      if (byOutage || own < maxDeliveries) return waitAfter(deliveries);
      return this.#giveUp(place, message, { reason: 'handler_failed', error: String(error), deliveries });
    }
  }

  /** Throws what a handler throws, or the store of large bodies, or the bus that takes no dead letter. */
  async #handle(place: Place, message: RawMessage): Promise<Outcome> {
    const { handlersOf, blobs, trace, handlerMs } = this.#options;
    const headers = message.headers ?? {};
    const decoded = await decode(place.fact, headers, message.value, blobs);
    if (decoded.kind === 'parked') return 'parked';
    if (decoded.kind === 'unusable') {
      await this.#bury(place, message, { reason: decoded.reason, error: decoded.error, deliveries: 1 });
      return 'dead_lettered';
    }
    const call = async (): Promise<Taken> => {
      const taken = new Set<Taken | void>();
      for (const handler of handlersOf(place.fact)) taken.add(await handler(decoded.event));
      if (taken.has('accepted')) return 'accepted';
      return taken.has('stale') ? 'stale' : taken.has('repeated') ? 'repeated' : 'accepted';
    };
    const traced = trace === undefined ? call() : trace(traceOf(headers), call);
    return within(traced, handlerMs, () => new HandlerTimeoutError(place.fact, handlerMs));
  }

  /** A dead letter that is not acknowledged leaves the message where it is. */
  async #giveUp(place: Place, message: RawMessage, failure: Failure): Promise<number | undefined> {
    try {
      await this.#bury(place, message, failure);
    } catch {
      return waitAfter(failure.deliveries);
    }
    this.#retries.settled(`${place.topic}/${place.partition}`, message.offset);
    return undefined;
  }

  async #bury({ topic, partition }: Place, message: RawMessage, failure: Failure): Promise<void> {
    await this.#options.bury(topic, partition, message, failure);
    this.#options.observe({ kind: 'dead_lettered', topic, partition, offset: message.offset, reason: failure.reason });
  }
}
