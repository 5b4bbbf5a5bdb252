import type { Isolation } from '@mle-smith/contracts';
import type { EndedJob } from './job-event.ts';
import type { Job, JobResult, JobRunner } from './job-runner.ts';

/** Whoever watches jobs. */
export interface JobQueueWatch {
  /** How many wait now. */
  readonly waiting?: (jobs: number) => void;
  /** A job starts that waited so long. */
  readonly started?: (waitedMs: number) => void;
  /** A job is over that had a place. */
  readonly ended?: (job: EndedJob) => void;
}

/** Jobs of which only so many run at once, the longest waiting first: work in hand may wait for a model without a processor, and processors are not shared by more than there are. */
export class LimitedJobs implements JobRunner {
  readonly #jobs: JobRunner;
  readonly #most: number;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  readonly #watch: JobQueueWatch;

  constructor(jobs: JobRunner, most: number, watch: JobQueueWatch = {}) {
    this.#watch = watch;
    this.#jobs = jobs;
    this.#most = most;
  }

  /** A job's clock starts when it does. Rejects with the signal's reason when it is aborted while waiting. */
  async run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    const cameMs = performance.now();
    await this.#enter(signal);
    const startedMs = performance.now();
    const queuedMs = startedMs - cameMs;
    this.#watch.started?.(queuedMs);
    const tell = (ended: EndedJob['ended']): void => this.#watch.ended?.({ job, cameMs, queuedMs, tookMs: performance.now() - startedMs, ended });
    try {
      const result = await this.#jobs.run(job, signal);
      tell(result);
      return result;
    } catch (error) {
      tell(error instanceof Error ? error : new Error(String(error)));
      throw error;
    } finally {
      this.#leave();
    }
  }

  isolation(trust: Job['trust']): Isolation {
    return this.#jobs.isolation(trust);
  }

  close(): Promise<void> {
    return this.#jobs.close();
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#most) {
      this.#running += 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const abandon = (): void => {
      this.#waiting.delete(turn.resolve);
      turn.reject(signal?.reason);
    };
    this.#waiting.add(turn.resolve);
    this.#watch.waiting?.(this.#waiting.size);
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      await turn.promise;
    } finally {
      this.#watch.waiting?.(this.#waiting.size);
      signal?.removeEventListener('abort', abandon);
    }
  }

  /** Hands the place on. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
