import type { TaskEvent } from '@mle-smith/contracts';
import type { EventBus, NewsHandler } from './event-bus.ts';

const MAX_DELIVERIES = 5;

/**
 * An EventBus within one process. `publish` resolves when every handler has taken the event and rejects when one
 * would not, so an outbox keeps what a crash or a fault loses here.
 */
export class InProcessEventBus implements EventBus {
  readonly #handlers = new Map<string, NewsHandler[]>();
  readonly #underWay = new Set<Promise<void>>();

  async publish(fact: string, _key: string, event: TaskEvent): Promise<void> {
    const delivery = deliverAll(this.#handlers.get(fact) ?? [], event);
    this.#underWay.add(delivery);
    try {
      await delivery;
    } finally {
      this.#underWay.delete(delivery);
    }
  }

  subscribe(fact: string, handler: NewsHandler): void {
    this.#handlers.set(fact, [...(this.#handlers.get(fact) ?? []), handler]);
  }

  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}

async function deliverAll(handlers: readonly NewsHandler[], event: TaskEvent): Promise<void> {
  for (const handler of handlers) await deliver(handler, event);
}

async function deliver(handler: NewsHandler, event: TaskEvent): Promise<void> {
  for (let delivery = 1; ; delivery += 1) {
    try {
      await handler(event);
      return;
    } catch (error) {
      if (delivery >= MAX_DELIVERIES) throw error;
    }
  }
}
