import { AsyncLocalStorage } from 'node:async_hooks';
import { MOST_EVENT_BYTES, MOST_EVENTS, type AttemptEvent, type MachineUse, type StageName } from '@mle-smith/contracts';
import type { HistoryRow } from './subject-record.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'atMs'> : never;

/** Something that an attempt set off, before it is known when the attempt began. */
export type NotedEvent = WithoutTime<AttemptEvent>;

/** What a line of the history tells of its attempt. */
export type AttemptAccount = Pick<HistoryRow, 'events' | 'moreEvents' | 'cpuSeconds' | 'gpuSeconds'>;

const current = new AsyncLocalStorage<AttemptRecord>();

/** Notes what the attempt that is at work now set off; `sinceMs`: when it began, by `performance.now()`. Beside all attempts nothing is noted. */
export function noteEvent(event: NotedEvent, sinceMs: number): void {
  current.getStore()?.note(event, sinceMs);
}

/** What one attempt sets off, within bounds: the first and the last of it, and the sums of all. */
export class AttemptRecord {
  readonly #began = performance.now();
  readonly #first: AttemptEvent[] = [];
  readonly #last: AttemptEvent[] = [];
  #more = 0;
  #cpuSeconds = 0;
  #gpuSeconds = 0;

  /** Does work whose jobs and calls are noted here, however long they wait for others in between. */
  during<Result>(work: () => Promise<Result>): Promise<Result> {
    return current.run(this, work);
  }

  note(event: NotedEvent, sinceMs: number): void {
    const timed = { ...event, atMs: Math.max(0, Math.round(sinceMs - this.#began)) } as AttemptEvent;
    if (timed.kind === 'job') {
      this.#cpuSeconds += timed.cpuSeconds ?? 0;
      this.#gpuSeconds += timed.gpuSeconds ?? 0;
    }
    if (this.#first.length < MOST_EVENTS / 2) this.#first.push(timed);
    else this.#last.push(timed);
    if (this.#last.length <= MOST_EVENTS / 2) return;
    this.#last.shift();
    this.#more += 1;
  }

  /** The account so far; nothing of what set nothing off. */
  get account(): AttemptAccount {
    const { events, left } = fitting([...this.#first, ...this.#last]);
    const more = this.#more + left;
    return {
      ...(events.length === 0 ? {} : { events: events.toSorted((one, other) => one.atMs - other.atMs) }),
      ...(more === 0 ? {} : { moreEvents: more }),
      ...(this.#cpuSeconds === 0 ? {} : { cpuSeconds: rounded(this.#cpuSeconds) }),
      ...(this.#gpuSeconds === 0 ? {} : { gpuSeconds: rounded(this.#gpuSeconds) }),
    };
  }
}

/** As many as may be kept, those in the midst left out first. */
function fitting(events: readonly AttemptEvent[]): { readonly events: readonly AttemptEvent[]; readonly left: number } {
  const sizes = events.map((event) => Buffer.byteLength(JSON.stringify(event)) + 1);
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  let [from, to] = [Math.ceil(events.length / 2), Math.ceil(events.length / 2)];
  while (bytes > MOST_EVENT_BYTES && (from > 0 || to < events.length)) {
    if (from >= events.length - to) bytes -= sizes[(from -= 1)] ?? 0;
    else bytes -= sizes[(to += 1) - 1] ?? 0;
  }
  return { events: [...events.slice(0, from), ...events.slice(to)], left: to - from };
}

/** What a stage has used of machines once one more attempt of it is over; times in ms. */
export function withUse(
  used: Readonly<Partial<Record<StageName, MachineUse>>> = {},
  stage: StageName,
  durationMs: number,
  { cpuSeconds = 0, gpuSeconds = 0 }: AttemptAccount,
): Readonly<Partial<Record<StageName, MachineUse>>> {
  const before = used[stage] ?? { attempts: 0, seconds: 0, cpuSeconds: 0, gpuSeconds: 0 };
  const now = {
    attempts: before.attempts + 1,
    seconds: rounded(before.seconds + durationMs / 1_000),
    cpuSeconds: rounded(before.cpuSeconds + cpuSeconds),
    gpuSeconds: rounded(before.gpuSeconds + gpuSeconds),
  };
  return { ...used, [stage]: now };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
