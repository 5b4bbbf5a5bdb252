import type { BusNotice, IntakeNotice } from '@mle-smith/contracts';

/**
 * Longest that a member of a group gives no sign, ms. It asks for messages every second, says so when brokers are out of reach, and is told to hurry
 * after ten seconds of one message: whoever is silent for so long is stuck.
 */
const SILENT_MS = 5 * 60_000;

/** What the consumer itself tells, work and trouble alike; brokers that are away are no reason to end a process (platform OB-14). */
const SIGNS: ReadonlySet<string> = new Set([
  'connected',
  'rebalanced',
  'fetched',
  'handled',
  'dead_lettered',
  'crashed',
  'unreachable',
] satisfies BusNotice['kind'][]);

/** Whether the consumer of this process still gives signs of life. */
export class ConsumerPulse {
  readonly #now: () => number;
  /** When it gave the last sign; undefined before it joined, and after it left in order. */
  #last: number | undefined;
  #joined = false;
  #dead = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes what the bus tells. */
  take(notice: BusNotice | IntakeNotice): void {
    const { kind } = notice;
    // Until it has joined, the start itself fails with a name and is tried again. kafkajs tells of a crash after it has left.
    if (kind === 'crashed') this.#dead = this.#joined && !notice.restart;
    if (kind === 'connected') [this.#joined, this.#dead] = [true, false];
    if (kind === 'disconnected') this.#last = undefined;
    else if (kind === 'connected' || (this.#last !== undefined && SIGNS.has(kind))) this.#last = this.#now();
  }

  /** A listener of the bus that tells this pulse what it hears, before `next` hears it. */
  hearing(next: (notice: BusNotice | IntakeNotice) => void): (notice: BusNotice | IntakeNotice) => void {
    return (notice) => {
      this.take(notice);
      next(notice);
    };
  }

  /** False where it was at work and has been silent for too long, or has ended for good. */
  get beats(): boolean {
    if (this.#dead) return false;
    return this.#last === undefined || this.#now() - this.#last < SILENT_MS;
  }
}
