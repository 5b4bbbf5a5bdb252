import { DEFAULT_LIMITS, type Job, type JobLimits, type Zone } from '../job-runner.ts';

/** A running place for jobs, as a pool keeps it. */
export interface PooledSandbox {
  /** Whether it can take another job. */
  readonly alive: boolean;
  /** Jobs that were sent to it. */
  readonly jobs: number;
  /** Resolves when it can take its first job; throws why it cannot come up. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Resolves when what it was lent for is over; false where something is left of it, so that it is of no more use. */
  emptied(): Promise<boolean>;
  /** Ends it with everything in it. */
  close(): Promise<void>;
}

export interface SandboxPoolOptions<Sandbox extends PooledSandbox> {
  /** Makes one, not yet ready. `warm`: for our own code; `job`: for this one alone, undefined for one of the usual size that any job of its zone and trust may get. */
  readonly start: (zone: Zone, warm: boolean, job: Job | undefined) => Promise<Sandbox>;
  /** Whether a job fits what sandboxes are usually made for. */
  readonly usual: (limits: JobLimits) => boolean;
  /** Whether one for untrusted code is made ahead. */
  readonly spare: boolean;
  /** Idle ones kept of each zone. No bound where absent. */
  readonly mostIdle?: number;
  /** Idle ones are ended after so long. Never where absent. */
  readonly idleMs?: number;
}

/** A warm sandbox is replaced now and then, so that nothing can add up. */
const JOBS_PER_SANDBOX = 500;

/** Sandboxes and who may use them: ours are used again and again in one zone, one for untrusted code is used once. */
export class SandboxPool<Sandbox extends PooledSandbox> {
  readonly #options: SandboxPoolOptions<Sandbox>;
  /** Idle warm sandboxes of each zone. */
  readonly #warm = new Map<Zone, Sandbox[]>();
  readonly #spare: Promise<Sandbox>[] = [];
  readonly #open = new Set<Sandbox>();
  #closed = false;

  constructor(options: SandboxPoolOptions<Sandbox>) {
    this.#options = options;
  }

  /** A sandbox for a job, ready. Give it back whatever becomes of the job. */
  async take(job: Job, signal?: AbortSignal): Promise<Sandbox> {
    const ours = job.trust === 'ours';
    if (!this.#usual(job)) return this.#start(job.zone, ours, job, signal);
    if (!ours) {
      // Foreign code that measures or grades needs a zone of its own.
      if (!this.#options.spare || job.zone !== 'solve') return this.#start(job.zone, false, job, signal);
      const next = this.#spare.shift() ?? this.#start('solve', false, undefined);
      if (!this.#closed && this.#spare.length === 0) {
        const spare = this.#start('solve', false, undefined);
        spare.catch(() => undefined);
        this.#spare.push(spare);
      }
      return next;
    }
    for (let idle = this.#warm.get(job.zone)?.pop(); idle !== undefined; idle = this.#warm.get(job.zone)?.pop()) {
      if (idle.alive) return idle;
      await this.#drop(idle);
    }
    return this.#start(job.zone, true, undefined, signal);
  }

  /** Takes a sandbox back: it is kept for the next job of ours in its zone, or ended. */
  async give(job: Job, sandbox: Sandbox): Promise<void> {
    const ofUse = job.trust === 'ours' && this.#usual(job) && sandbox.jobs < JOBS_PER_SANDBOX && !this.#closed;
    if (!ofUse || !(await sandbox.emptied())) {
      await this.#drop(sandbox);
      return;
    }
    const idle = this.#warm.get(job.zone) ?? [];
    // Whoever waited meanwhile for the same may have closed the pool.
    if (this.#closed || idle.length >= (this.#options.mostIdle ?? Infinity)) {
      await this.#drop(sandbox);
      return;
    }
    this.#warm.set(job.zone, [...idle, sandbox]);
    this.#endIdle(job.zone, sandbox);
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#spare);
    await Promise.all([...this.#open].map((sandbox) => sandbox.close()));
  }

  #usual(job: Job): boolean {
    return this.#options.usual({ ...DEFAULT_LIMITS, ...job.limits });
  }

  #endIdle(zone: Zone, sandbox: Sandbox): void {
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    const served = sandbox.jobs;
    setTimeout(() => {
      const idle = this.#warm.get(zone) ?? [];
      if (sandbox.jobs !== served || !idle.includes(sandbox)) return;
      this.#warm.set(
        zone,
        idle.filter((one) => one !== sandbox),
      );
      this.#drop(sandbox).catch(() => undefined);
    }, idleMs).unref();
  }

  async #start(zone: Zone, warm: boolean, job: Job | undefined, signal?: AbortSignal): Promise<Sandbox> {
    const sandbox = await this.#options.start(zone, warm, job);
    this.#open.add(sandbox);
    try {
      await sandbox.ready(signal);
    } catch (error) {
      await this.#drop(sandbox);
      throw error;
    }
    return sandbox;
  }

  async #drop(sandbox: Sandbox): Promise<void> {
    this.#open.delete(sandbox);
    await sandbox.close();
  }
}
