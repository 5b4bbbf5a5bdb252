import type { TaskEvent } from '@mle-smith/contracts';

/** The port to news. Delivery is at least once and in order for each key at best; handlers are idempotent. */
export interface EventBus {
  /** Resolves when the event can no longer be lost; where it rejects, the event may or may not have been delivered. */
  publish(fact: string, key: string, event: TaskEvent): Promise<void>;
  /** Subscribes to one fact; a handler that throws is called again. */
  subscribe(fact: string, handler: (event: TaskEvent) => Promise<void>): void;
  /** Resolves when everything published so far was handled. */
  idle(): Promise<void>;
}
