import type { TaskEvent } from '@mle-smith/contracts';
import type { EventBus, NewsHandler } from '../event-bus.ts';
import { InProcessEventBus } from '../in-process-event-bus.ts';
import { seededRandom } from './seeded-random.ts';

/** Shares of all publications, 0 to 1. */
export interface Hostility {
  readonly duplicates: number;
  /** The event is lost and the publisher is told. */
  readonly drops: number;
  /** The event is delivered and the publisher is told that it was not. */
  readonly lostAcks: number;
  /** The event is held back while others go first. */
  readonly delays: number;
  /** An event of long ago comes again. */
  readonly replays: number;
}

const DEFAULT_HOSTILITY: Hostility = { duplicates: 0.05, drops: 0.1, lostAcks: 0.1, delays: 0.3, replays: 0.1 };

/** A lost publication, as its publisher sees it. */
export class PublicationLostError extends Error {
  readonly code = 'publication_lost';
  constructor(eventId: string) {
    super(`the bus did not confirm the event [event=${eventId}]`);
    this.name = new.target.name;
  }
}

/** An EventBus that does all that a bus may do: the same seed does it in the same order (platform EM-3). */
export class HostileEventBus implements EventBus {
  readonly #bus = new InProcessEventBus();
  readonly #random: () => number;
  readonly #hostility: Hostility;
  readonly #past: { fact: string; key: string; event: TaskEvent }[] = [];
  /** How often each kind of trouble was made. */
  readonly made = { duplicates: 0, drops: 0, lostAcks: 0, delays: 0, replays: 0 };

  constructor(seed: number, hostility: Partial<Hostility> = {}) {
    this.#random = seededRandom(seed);
    this.#hostility = { ...DEFAULT_HOSTILITY, ...hostility };
  }

  async publish(fact: string, key: string, event: TaskEvent): Promise<void> {
    if (this.#strikes('drops')) throw new PublicationLostError(event.id);
    if (this.#strikes('delays')) for (let turn = Math.floor(this.#random() * 20); turn > 0; turn -= 1) await nextTurn();
    await this.#bus.publish(fact, key, event);
    if (this.#strikes('duplicates')) await this.#bus.publish(fact, key, structuredClone(event));
    const old = this.#past[Math.floor(this.#random() * this.#past.length)];
    if (old !== undefined && this.#strikes('replays')) await this.#bus.publish(old.fact, old.key, structuredClone(old.event));
    this.#past.push({ fact, key, event: structuredClone(event) });
    if (this.#strikes('lostAcks')) throw new PublicationLostError(event.id);
  }

  subscribe(fact: string, handler: NewsHandler): void {
    this.#bus.subscribe(fact, handler);
  }

  idle(): Promise<void> {
    return this.#bus.idle();
  }

  #strikes(trouble: keyof Hostility): boolean {
    const strikes = this.#random() < this.#hostility[trouble];
    if (strikes) this.made[trouble] += 1;
    return strikes;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
