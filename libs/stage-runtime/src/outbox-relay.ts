import type { TaskEvent } from '@mle-smith/contracts';
import type { EventBus } from './event-bus.ts';
import type { TaskStore } from './task-store.ts';

/** Failed publications in a row after which the bus counts as out of reach. */
const MAX_FAILURES = 50;
/** Subjects whose events are read at once. */
const PAGE = 100;

/** The bus took nothing for a long time. The events are still in their outboxes. */
export class BusUnreachableError extends Error {
  readonly code = 'bus_unreachable';
  constructor(failures: number, options: { cause: unknown }) {
    super(`no event could be published [failures=${failures}]; nothing is lost: mend the cause and run again`, options);
    this.name = new.target.name;
  }
}

export interface RelayHooks {
  /** Where among the ids of events the next page begins; always at the first, by default. Relays that begin at different places seldom tell the same twice. */
  readonly beginAfter?: () => string;
  /** Done before an event leaves, also where it has to stay behind others; a throw keeps it and what comes after it in the outbox. */
  readonly beforePublish?: (event: TaskEvent) => Promise<void>;
  /** Told of each publication that failed. */
  readonly onFailure?: (error: unknown) => void;
}

/** Publishes outboxes in order for each subject; an event leaves its outbox only after the bus has taken it (platform ST-2). */
export class OutboxRelay {
  readonly #store: TaskStore;
  readonly #bus: EventBus;
  readonly #hooks: RelayHooks;
  #failures = 0;

  constructor(store: TaskStore, bus: EventBus, hooks: RelayHooks = {}) {
    this.#store = store;
    this.#bus = bus;
    this.#hooks = hooks;
  }

  /**
   * Publishes what waits now, or what has waited for `olderThanMs`, page by page until nothing of that is left. What
   * fails stays for the next call; throws `BusUnreachableError` when that goes on.
   */
  async relay(olderThanMs = 0): Promise<void> {
    const { beginAfter = () => '' } = this.#hooks;
    for (let after = beginAfter(); ;) {
      const published = await this.#relayPage(after, olderThanMs);
      // Only what begins at the first event, and tells of none, has seen that there is nothing to tell.
      if (published === 0 && after === '') return;
      after = published === 0 ? '' : beginAfter();
    }
  }

  async #relayPage(after: string, olderThanMs: number): Promise<number> {
    const pending = await this.#store.pendingEvents(PAGE, after);
    const until = pending.length > 0 && olderThanMs > 0 ? (await this.#store.now()) - olderThanMs : Infinity;
    return this.#publish(pending.filter(({ event }) => Date.parse(event.time) <= until));
  }

  /** The same for the outbox of one subject. */
  async relayOf(subject: string): Promise<void> {
    const record = await this.#store.get(subject);
    await this.#publish((record?.outbox ?? []).map((event) => ({ subject, event })));
  }

  /** How many of them the bus took. */
  async #publish(pending: readonly { subject: string; event: TaskEvent }[]): Promise<number> {
    let published = 0;
    const [unready, behind] = [new Set<string>(), new Set<string>()];
    for (const { subject, event } of pending) {
      if (unready.has(subject)) continue;
      let after = unready;
      try {
        await this.#hooks.beforePublish?.(event);
        after = behind;
        if (behind.has(subject)) continue;
        await this.#bus.publish(factOf(event.type), subject, event);
      } catch (cause) {
        this.#hooks.onFailure?.(cause);
        after.add(subject);
        this.#failures += 1;
        if (this.#failures >= MAX_FAILURES) throw new BusUnreachableError(this.#failures, { cause });
        continue;
      }
      this.#failures = 0;
      published += 1;
      await this.#store.settleEvent(subject, event.id);
    }
    return published;
  }
}

/** `io.mlesmith.task.designed.v1` → `task.designed`. */
function factOf(type: string): string {
  return type.replace(/^io\.mlesmith\./, '').replace(/\.v\d+$/, '');
}
