import type { LogLine } from '../../cluster/service-process.ts';

/** Lines about an attempt that neither begin nor end it. */
const ASIDE = new Set(['stage.fell_back', 'lease.taken_over']);

/** Counts attempts of stages by the lines of services: how many began, and how many of them processes took with them when they ended. */
export class AttemptBook {
  started = 0;
  /** Attempts in the hands of processes when they ended, and those that they handed back. */
  lost = 0;
  readonly #inHand = new Map<string, number>();

  hear(service: string, { code, stage }: LogLine): void {
    if (stage === undefined || ASIDE.has(code)) return;
    const inHand = this.#inHand.get(service) ?? 0;
    this.#inHand.set(service, inHand + (code === 'stage.started' ? 1 : -1));
    if (code === 'stage.started') this.started += 1;
    if (code === 'stage.released') this.lost += 1;
  }

  /** Attempts in the hands of processes now. */
  get inHand(): number {
    return [...this.#inHand.values()].reduce((sum, inHand) => sum + inHand, 0);
  }

  /** The process of a service has ended. */
  ended(service: string): void {
    this.lost += Math.max(0, this.#inHand.get(service) ?? 0);
    this.#inHand.set(service, 0);
  }
}
