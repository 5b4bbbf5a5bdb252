import { PIPELINE, pipelineStage, type StageName } from '@mle-smith/contracts';
import { isTerminal, stageOf } from '@mle-smith/task';
import { renewDeadlines, sweepOverdue } from './deadlines.ts';
import type { EventBus } from './event-bus.ts';
import { OutboxRelay } from './outbox-relay.ts';
import type { StageContext, StageHandler } from './stage.ts';
import { acceptProposal, work, type WorkNotice } from './station.ts';
import type { TaskStore } from './task-store.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './transitions.ts';

export interface PipelineOptions {
  readonly store: TaskStore;
  readonly bus: EventBus;
  readonly handlers: Readonly<Record<StageName, StageHandler>>;
  readonly workers: number;
  readonly context: Omit<StageContext, 'signal'>;
  readonly policy?: Partial<RetryPolicy>;
  readonly onNotice?: (notice: WorkNotice) => void;
  /** Longest wait before a worker looks at the store again without having been woken; 500 ms. */
  readonly lookMs?: number;
}

/** Late stages first, so that tasks finish before new ones start. */
const STATES = PIPELINE.map((row) => row.consumes).reverse();

/**
 * All stations in one process: `workers` loops that claim from the store, and one relay that publishes outboxes.
 * A fault of the store or the bus stops every worker and rejects; what was written stays, and a new run goes on.
 */
export class PipelineRun {
  readonly #options: PipelineOptions;
  readonly #policy: RetryPolicy;
  readonly #outboxes: OutboxRelay;
  /** Hands work in progress back at once. */
  readonly #halt = new AbortController();
  #draining = false;
  #wake = Promise.withResolvers<void>();
  #relaying: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.policy };
    this.#outboxes = new OutboxRelay(options.store, options.bus);
    options.bus.subscribe('task.proposed', async (event) => {
      await acceptProposal(options.store, event, this.#policy.deadlineMs);
      this.#signal();
    });
  }

  /** Starts the workers; resolves when every subject is in a terminal state and no event waits, or the run was stopped. */
  start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Takes no new work and lets work in hand finish. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#signal();
    await this.#running;
  }

  /** Hands work in hand back without charge and stops. */
  async stop(): Promise<void> {
    this.#halt.abort(new Error('stopped'));
    await this.drain();
  }

  async #run(): Promise<void> {
    await renewDeadlines(this.#options.store, this.#policy.deadlineMs);
    const loops = Array.from({ length: this.#options.workers }, (_, index) => this.#loop(`worker-${index + 1}`).catch((error: unknown) => this.#fail(error)));
    const failed = (await Promise.allSettled(loops)).find((loop) => loop.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #loop(owner: string): Promise<void> {
    const { store, handlers, context, onNotice } = this.#options;
    while (!this.#draining) {
      await this.#relay();
      const record = await store.claim(STATES, owner, pipelineStage('execute').leaseMs);
      const stage = record === undefined ? undefined : stageOf(record.state);
      if (record !== undefined && stage !== undefined) {
        await work(
          record,
          stage,
          handlers[stage],
          { store, policy: this.#policy, leaseMs: pipelineStage(stage).leaseMs, context, ...(onNotice === undefined ? {} : { onNotice }) },
          this.#halt.signal,
        );
        await this.#relay();
        this.#signal();
      } else if (await this.#finished()) {
        this.#signal();
        return;
      } else if ((await sweepOverdue(store)).length === 0) {
        await this.#rest();
      }
    }
  }

  #fail(error: unknown): never {
    this.#draining = true;
    this.#halt.abort(error);
    this.#signal();
    throw error;
  }

  async #relay(): Promise<void> {
    this.#relaying ??= this.#outboxes.relay().finally(() => {
      this.#relaying = undefined;
    });
    await this.#relaying;
  }

  async #finished(): Promise<boolean> {
    await this.#options.bus.idle();
    const subjects = await this.#options.store.list();
    return subjects.every((subject) => isTerminal(subject.state) && subject.outbox.length === 0);
  }

  async #rest(): Promise<void> {
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, this.#options.lookMs ?? 500);
    await Promise.race([this.#wake.promise, timer.promise]);
    clearTimeout(handle);
  }

  #signal(): void {
    const woken = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    woken.resolve();
  }
}
