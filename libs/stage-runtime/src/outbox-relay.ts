import type { EventBus } from './event-bus.ts';
import type { TaskStore } from './task-store.ts';

/** Failed publications in a row after which the bus counts as out of reach. */
const MAX_FAILURES = 50;

/** The bus took nothing for a long time. The events are still in their outboxes. */
export class BusUnreachableError extends Error {
  readonly code = 'bus_unreachable';
  constructor(failures: number, options: { cause: unknown }) {
    super(`no event could be published [failures=${failures}]; nothing is lost: mend the cause and run again`, options);
    this.name = new.target.name;
  }
}

/** Publishes outboxes in order for each subject; an event leaves its outbox only after the bus has taken it (platform ST-2). */
export class OutboxRelay {
  readonly #store: TaskStore;
  readonly #bus: EventBus;
  #failures = 0;

  constructor(store: TaskStore, bus: EventBus) {
    this.#store = store;
    this.#bus = bus;
  }

  /** Publishes what waits now. What fails stays for the next call; throws `BusUnreachableError` when that goes on. */
  async relay(): Promise<void> {
    const behind = new Set<string>();
    for (const { subject, event } of await this.#store.pendingEvents(100)) {
      if (behind.has(subject)) continue;
      try {
        await this.#bus.publish(factOf(event.type), subject, event);
      } catch (cause) {
        behind.add(subject);
        this.#failures += 1;
        if (this.#failures >= MAX_FAILURES) throw new BusUnreachableError(this.#failures, { cause });
        continue;
      }
      this.#failures = 0;
      await this.#store.settleEvent(subject, event.id);
    }
  }
}

/** `io.mlesmith.task.designed.v1` → `task.designed`. */
function factOf(type: string): string {
  return type.replace(/^io\.mlesmith\./, '').replace(/\.v\d+$/, '');
}
