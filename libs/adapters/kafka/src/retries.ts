import { MOST_WAIT_MS } from './limits.ts';

/** How often the message at the head of each partition was delivered in vain. */
export class Retries {
  readonly #heads = new Map<string, { offset: string; deliveries: number }>();

  /** Counts one delivery that failed; gives the count. */
  failed(partition: string, offset: string): number {
    const head = this.#heads.get(partition);
    const deliveries = head?.offset === offset ? head.deliveries + 1 : 1;
    this.#heads.set(partition, { offset, deliveries });
    return deliveries;
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
