import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { renewDeadlines, sweepOverdue } from './deadlines.ts';
import type { EventBus } from './event-bus.ts';
import { OutboxRelay } from './outbox-relay.ts';
import type { StageContext, StageHandler } from './stage.ts';
import { acceptProposal, type WorkNotice } from './station.ts';
import type { TaskStore } from './task-store.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './transitions.ts';
import { WorkLoop } from './work-loop.ts';

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
  /** Asked where nothing can be done now: whether what is open waits for somebody, and the run ends. */
  readonly endWaiting?: () => Promise<boolean>;
}

/** Late stages first, so that tasks finish before new ones start. */
const STAGES: readonly StageName[] = PIPELINE.map((row) => row.stage).reverse();

/**
 * All stations in one process, which end when nothing is left to do. A fault of the store or the bus stops every
 * worker and rejects; what was written stays, and a new run goes on.
 */
export class PipelineRun {
  readonly #options: PipelineOptions;
  readonly #policy: RetryPolicy;
  readonly #outboxes: OutboxRelay;
  readonly #loop: WorkLoop;
  #relaying: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...options.policy };
    this.#outboxes = new OutboxRelay(options.store, options.bus);
    this.#loop = new WorkLoop({
      store: options.store,
      stages: STAGES,
      handlers: options.handlers,
      owner: 'pipeline',
      workers: options.workers,
      context: options.context,
      policy: this.#policy,
      onNotice: options.onNotice,
      lookMs: options.lookMs ?? 500,
      beforeClaim: () => this.#relay(),
      whenIdle: (inHand) => this.#whenIdle(inHand),
      afterWork: () => this.#relay(),
    });
    options.bus.subscribe('task.proposed', async (event) => {
      await acceptProposal(options.store, event, this.#policy.deadlineMs);
      this.#loop.wake();
    });
  }

  /** Starts the workers; resolves when every subject is in a terminal state and no event waits, or the run was stopped. */
  start(): Promise<void> {
    this.#running ??= renewDeadlines(this.#options.store, this.#policy.deadlineMs).then(() => this.#loop.run());
    return this.#running;
  }

  /** Takes no new work and lets work in hand finish. */
  async drain(): Promise<void> {
    await this.#loop.drain();
    await this.#running;
  }

  /** Hands work in hand back without charge and stops. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#running;
  }

  async #whenIdle(inHand: number): Promise<'end' | 'again' | 'wait'> {
    if (inHand === 0 && ((await this.#finished()) || (await this.#options.endWaiting?.()) === true)) return 'end';
    return (await sweepOverdue(this.#options.store)).length === 0 ? 'wait' : 'again';
  }

  async #relay(): Promise<void> {
    this.#relaying ??= this.#outboxes.relay().finally(() => {
      this.#relaying = undefined;
    });
    await this.#relaying;
  }

  async #finished(): Promise<boolean> {
    await this.#options.bus.idle();
    return !(await this.#options.store.unfinished());
  }
}
