import { MOST_WAIT_MS } from './limits.ts';

/** How often a message was delivered in vain, and how often of these by its own fault. */
export interface Failures {
  readonly deliveries: number;
  readonly own: number;
}

/** What the message at the head of each partition was through. */
export class Retries {
  readonly #heads = new Map<string, Failures & { offset: string }>();

  /** Counts one delivery that failed, by an outage or by its own fault; gives the counts. */
  failed(partition: string, offset: string, byOutage: boolean): Failures {
    const found = this.#heads.get(partition);
    const before = found?.offset === offset ? found : { deliveries: 0, own: 0 };
    const failures = { offset, deliveries: before.deliveries + 1, own: before.own + (byOutage ? 0 : 1) };
    this.#heads.set(partition, failures);
    return failures;
  }

  /** Gives how often this one failed before, and forgets it. */
  settled(partition: string, offset: string): number {
    const head = this.#heads.get(partition);
    this.#heads.delete(partition);
    return head?.offset === offset ? head.deliveries : 0;
  }
}

/** The wait before the next delivery, ms: a fifth of a second, doubling. */
export function waitAfter(deliveries: number): number {
  return Math.min(MOST_WAIT_MS, 200 * 2 ** (deliveries - 1));
}
