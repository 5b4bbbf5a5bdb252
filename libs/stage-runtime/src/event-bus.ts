import type { TaskEvent } from '@mle-smith/contracts';

/** What news were to whoever heard them: `repeated` told of what is over, `stale` of a generation before the present one. */
export type Taken = 'accepted' | 'repeated' | 'stale';

/** Writes down what it heard; what it gives is only counted. */
export type NewsHandler = (event: TaskEvent) => Promise<Taken | void>;

/** The port to news. Delivery is at least once and in order for each key at best; handlers are idempotent. */
export interface EventBus {
  /** Resolves when the event can no longer be lost; where it rejects, the event may or may not have been delivered. */
  publish(fact: string, key: string, event: TaskEvent): Promise<void>;
  /** Subscribes to one fact; a handler that throws is called again. It writes down what it heard and returns. */
  subscribe(fact: string, handler: NewsHandler): void;
  /** Resolves when everything that was published here so far, and is subscribed to here, was handled. */
  idle(): Promise<void>;
}

/** A bus that reaches other processes: it is opened once all have subscribed, and left in order. */
export interface RemoteEventBus extends EventBus {
  /** Begins to deliver. Where it rejects, calling it again may help. */
  start(): Promise<void>;
  /** Delivers nothing more and lets handlers finish; publishing goes on, so that outboxes can be emptied. */
  stop(): Promise<void>;
  /** Stops, and lets go of everything. */
  close(): Promise<void>;
  /** Holds these facts back, for others or for later; what is in hand is finished. */
  pause(facts: readonly string[]): void;
  resume(facts: readonly string[]): void;
}
