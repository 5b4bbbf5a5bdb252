import { randomUUID } from 'node:crypto';
import { PIPELINE, RETURNED, eventType, type StageName, type TaskEvent } from '@mle-smith/contracts';
import { renewDeadlines, sweepOverdue } from './deadlines.ts';
import type { EventBus, Taken } from './event-bus.ts';
import { faultPause, isInfrastructureFault } from './faults.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { rest } from './rest.ts';
import type { StageContext, StageHandler } from './stage.ts';
import { acceptProposal, type WorkNotice } from './station.ts';
import type { SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import type { Tracing } from './tracing.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './transitions.ts';
import { WorkLoop } from './work-loop.ts';

/** How often a station looks around, ms; news on the bus wake it earlier. */
export interface Pace {
  /** At the store, for work that no news told of. */
  readonly lookMs: number;
  /** At outboxes and deadlines that nobody else served. */
  readonly sweepMs: number;
}

const DEFAULT_PACE: Pace = { lookMs: 2_000, sweepMs: 15_000 };

/** A fault of the store or the bus that the station waits out. */
export interface Trouble {
  readonly during: 'work' | 'relay' | 'sweep' | 'result';
  readonly error: unknown;
}

export interface StationRunOptions {
  readonly store: TaskStore;
  readonly bus: EventBus;
  readonly stages: readonly StageName[];
  readonly handlers: Readonly<Partial<Record<StageName, StageHandler>>>;
  /** Who holds the leases; no two processes have the same. */
  readonly owner: string;
  readonly workers: number;
  /** How long a lease lasts that nobody renews, ms; what the pipeline says for each stage where it is not given. */
  readonly leaseMs?: number | undefined;
  readonly context: Omit<StageContext, 'signal'>;
  readonly policy?: Partial<RetryPolicy>;
  readonly pace?: Partial<Pace>;
  readonly onNotice?: (notice: WorkNotice) => void;
  readonly onTrouble?: (trouble: Trouble) => void;
  readonly tracing?: Tracing;
  /** Whether no work is to be taken now, for a reason that is the same for all work. */
  readonly held?: () => boolean;
}

/**
 * Some stations of the pipeline beside others in other processes, until told to end. News wake it; the store holds
 * what is to be done. Faults of store and bus are waited out, and nothing in hand is lost by them.
 */
export class StationRun {
  readonly #options: StationRunOptions;
  readonly #policy: RetryPolicy;
  readonly #pace: Pace;
  readonly #outboxes: OutboxRelay;
  readonly #loop: WorkLoop;
  /** Each on its own: a bus that is away takes its time over each event, and deadlines go on. */
  readonly #deadlines = oneAtATime(() => this.#lookingAround(() => this.#endOverdue()));
  readonly #unsent = oneAtATime(() => this.#lookingAround(() => this.#outboxes.relay(this.#pace.sweepMs)));
  #renewed = false;

  /** Subscribes to the news that concern its stages: the bus may be opened after that. */
  constructor(options: StationRunOptions) {
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.policy };
    this.#pace = { ...DEFAULT_PACE, ...options.pace };
    this.#outboxes = new OutboxRelay(options.store, options.bus, {
      // All processes sweep. The ids of events are digests, so that this is any place of all.
      beginAfter: () => randomUUID(),
      beforePublish: (event) => this.#accept(event),
      onFailure: (error) => this.#tell('relay', error),
    });
    this.#loop = new WorkLoop({
      store: options.store,
      // Late stages first, so that tasks finish before new ones start.
      stages: [...options.stages].reverse(),
      handlers: options.handlers,
      owner: options.owner,
      workers: options.workers,
      leaseMs: options.leaseMs,
      context: options.context,
      policy: this.#policy,
      onNotice: options.onNotice,
      lookMs: this.#pace.lookMs,
      held: options.held,
      afterWork: (record) => this.#relayOf(record.id),
      onFault: (error, faults) => {
        this.#tell('work', error);
        return faultPause(faults);
      },
      tracing: options.tracing,
      persist: (write, signal) => this.#persist(write, signal),
    });
    for (const fact of factsFor(options.stages)) options.bus.subscribe(fact, (event) => this.#hear(fact, event));
  }

  /** Works; resolves after `drain` or `stop`. */
  async start(): Promise<void> {
    this.#deadlines.begin();
    const sweeper = setInterval(() => this.#sweep(), this.#pace.sweepMs);
    try {
      await this.#loop.run();
    } finally {
      clearInterval(sweeper);
      await Promise.all([this.#deadlines.ended(), this.#unsent.ended()]);
    }
  }

  /** Takes no new work and lets work in hand finish. */
  drain(): Promise<void> {
    return this.#loop.drain();
  }

  /** Hands work in hand back without charge and ends. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Publishes what waits in outboxes now; what fails stays there. */
  flush(): Promise<void> {
    return this.#lookingAround(() => this.#outboxes.relay());
  }

  async #hear(fact: string, event: TaskEvent): Promise<Taken> {
    // A wake-up and no more: anybody who writes to Kafka may have sent it, and a proposal is its task before it is news.
    this.#loop.wake();
    // Only to be counted: news that cannot be looked up are taken all the same.
    return takenAs(fact, event, await this.#options.store.get(event.subject).catch(() => undefined));
  }

  /** A proposal becomes its task before the news of it leave, so that lost news lose no task. */
  async #accept(event: TaskEvent): Promise<void> {
    if (event.type === eventType('task.proposed')) await acceptProposal(this.#options.store, event, this.#policy.deadlineMs);
  }

  /** Publishes at once what a result announced; what fails is left to the sweep. */
  async #relayOf(subject: string): Promise<void> {
    await this.#outboxes.relayOf(subject).catch((error: unknown) => this.#tell('relay', error));
  }

  /** Does what a process that died, or a lost message, left undone. */
  #sweep(): void {
    this.#deadlines.begin();
    this.#unsent.begin();
  }

  async #endOverdue(): Promise<void> {
    try {
      await this.#renew();
      for (const notice of await sweepOverdue(this.#options.store)) this.#options.onNotice?.(notice);
    } catch (error) {
      // The store may be away for longer than any term.
      this.#renewed = false;
      throw error;
    }
  }

  /** All processes may have been down for days: before it ends anything, each gives what it finds overdue another term. */
  async #renew(): Promise<void> {
    if (this.#renewed) return;
    await renewDeadlines(this.#options.store, this.#policy.deadlineMs);
    this.#renewed = true;
  }

  async #lookingAround(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.#tell('sweep', error);
    }
  }

  /** A result may have cost minutes: it is written as soon as the store can be reached, and the fence decides whether it counts. */
  async #persist<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let faults = 1; ; faults += 1) {
      try {
        return await write();
      } catch (error) {
        if (!isInfrastructureFault(error) || signal.aborted) throw error;
        this.#tell('result', error);
        await rest(faultPause(faults), signal);
      }
    }
  }

  #tell(during: Trouble['during'], error: unknown): void {
    this.#options.onTrouble?.({ during, error });
  }
}

/** What the store knows already of news; a dataset that is announced is about to be written down. */
function takenAs(fact: string, { data }: TaskEvent, record: SubjectRecord | undefined): Taken {
  if (record === undefined) return 'accepted';
  if (data.generation < record.generation) return 'stale';
  return fact === RETURNED || record.state === fact ? 'accepted' : 'repeated';
}

/** What wakes these stages: that their work is there, or came back. */
function factsFor(stages: readonly StageName[]): string[] {
  const own = PIPELINE.filter((row) => stages.includes(row.stage));
  const mends = PIPELINE.some((row) => row.rejectsTo.some((to) => stages.includes(to)));
  return [...own.map((row) => row.consumes), ...(mends ? [RETURNED] : [])];
}
