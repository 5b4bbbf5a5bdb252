import { pipelineStage, type StageName } from '@mle-smith/contracts';
import { stageOf } from '@mle-smith/task';
import type { StageContext, StageHandler } from './stage.ts';
import { work, type StationOptions, type WorkNotice } from './station.ts';
import type { SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import type { RetryPolicy } from './transitions.ts';

export interface WorkLoopOptions {
  readonly store: TaskStore;
  /** Stages in the order in which their work is taken. */
  readonly stages: readonly StageName[];
  readonly handlers: Readonly<Partial<Record<StageName, StageHandler>>>;
  /** Who holds the leases; no two processes have the same. */
  readonly owner: string;
  /** Most subjects in hand at the same time. */
  readonly workers: number;
  /** How long a lease lasts that nobody renews, ms; what the pipeline says for each stage where it is not given. */
  readonly leaseMs?: number | undefined;
  readonly context: Omit<StageContext, 'signal'>;
  readonly policy: RetryPolicy;
  readonly onNotice?: ((notice: WorkNotice) => void) | undefined;
  /** Longest wait before the store is looked at again without a wake-up, ms. */
  readonly lookMs: number;
  /** Whether no work is to be taken now; asked each time before the store is. What is in hand goes on. */
  readonly held?: (() => boolean) | undefined;
  /** Called before the store is asked for work. */
  readonly beforeClaim?: () => Promise<void>;
  /** Called when nothing was found to do: whether to end, to look again at once, or to wait. */
  readonly whenIdle?: (inHand: number) => Promise<'end' | 'again' | 'wait'>;
  /** Called after a subject left the hands of a worker. */
  readonly afterWork?: (record: SubjectRecord) => Promise<void>;
  /** Told of a fault of the store or the bus, and how many in a row that makes; gives the ms to wait before going on. Without it a fault ends the loop. */
  readonly onFault?: (error: unknown, faults: number) => number;
  /** Makes a write whose loss would cost finished work; the plain write where it is not given. */
  readonly persist?: StationOptions['persist'];
  readonly tracing?: StationOptions['tracing'];
  /** A clock that does not jump, ms; that of this process where it is not given. */
  readonly steady?: () => number;
}

/** Claims due subjects, so many at once, and takes each through its stage, until told to end. */
export class WorkLoop {
  readonly #options: WorkLoopOptions;
  readonly #states: readonly string[];
  /** Hands work in progress back at once. */
  readonly #halt = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  #draining = false;
  /** Since when a worker has been free for whatever comes, by the steady clock. */
  #freeSince = 0;
  #faults = 0;
  #fault: { readonly error: unknown } | undefined;
  #wake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(options: WorkLoopOptions) {
    this.#options = options;
    this.#states = options.stages.map((stage) => pipelineStage(stage).consumes);
  }

  /** Works; resolves when it was told to end or `whenIdle` said so. Rejects with a fault that `onFault` does not take. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Takes no new work and lets work in hand finish. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.wake();
    await this.#running;
  }

  /** Hands work in hand back without charge and ends. */
  async stop(): Promise<void> {
    this.#halt.abort(new Error('stopped'));
    await this.drain();
  }

  /** Looks at the store at once. */
  wake(): void {
    const woken = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    woken.resolve();
  }

  async #run(): Promise<void> {
    this.#freeSince = this.#steady();
    while (!this.#draining) {
      try {
        await this.#step();
        this.#faults = 0;
      } catch (error) {
        await this.#take(error);
      }
    }
    await Promise.all(this.#inHand);
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  async #step(): Promise<void> {
    const { store, owner, workers, lookMs, held, beforeClaim, whenIdle } = this.#options;
    // What happens from here on is not missed by the wait at the end.
    const woken = this.#wake.promise;
    await beforeClaim?.();
    const full = this.#inHand.size >= workers || held?.() === true;
    if (full) {
      await this.#rest(woken, lookMs);
      this.#freeSince = this.#steady();
      return;
    }
    const record = await store.claim(this.#states, owner, this.#leaseMs(this.#options.stages));
    if (record !== undefined) return this.#begin(record);
    const next = (await whenIdle?.(this.#inHand.size)) ?? 'wait';
    if (next === 'end') this.#draining = true;
    if (next === 'wait') await this.#rest(woken, lookMs);
  }

  #begin(record: SubjectRecord): void {
    const hand = this.#work(record)
      .catch((error: unknown) => this.#take(error))
      .finally(() => {
        this.#inHand.delete(hand);
        this.wake();
      });
    this.#inHand.add(hand);
  }

  async #work(record: SubjectRecord): Promise<void> {
    const { store, policy, context, onNotice, handlers, afterWork, persist, tracing } = this.#options;
    const stage = stageOf(record.state);
    const handler = stage === undefined ? undefined : handlers[stage];
    if (stage === undefined || handler === undefined) throw new RangeError(`no handler for what was claimed [subject=${record.id}, state=${record.state}]`);
    const leaseMs = this.#leaseMs([stage]);
    const claimedAt = (record.lease?.until ?? 0) - this.#leaseMs(this.#options.stages);
    const freeMs = this.#steady() - this.#freeSince;
    await work(record, stage, handler, { store, policy, leaseMs, claimedAt, freeMs, context, onNotice, persist, tracing }, this.#halt.signal);
    await afterWork?.(record);
  }

  /** Waits out a fault, or ends the loop with it. */
  async #take(error: unknown): Promise<void> {
    const { onFault } = this.#options;
    this.#faults += 1;
    if (onFault !== undefined) return this.#rest(this.#wake.promise, onFault(error, this.#faults));
    this.#fault ??= { error };
    this.#draining = true;
    this.#halt.abort(error);
    this.wake();
  }

  #leaseMs(stages: readonly StageName[]): number {
    return this.#options.leaseMs ?? Math.min(...stages.map((stage) => pipelineStage(stage).leaseMs));
  }

  #steady(): number {
    return (this.#options.steady ?? (() => performance.now()))();
  }

  async #rest(woken: Promise<void>, ms: number): Promise<void> {
    if (this.#draining) return;
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, ms);
    await Promise.race([woken, timer.promise]);
    clearTimeout(handle);
  }
}
