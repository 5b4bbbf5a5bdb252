import { DEFAULT_LIMITS, type Job, type JobLimits, type JobSession, type Zone } from '../job-runner.ts';

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
  readonly usual: (limits: JobLimits, job: Job) => boolean;
  /** Whether one for untrusted code is made ahead. */
  readonly spare: boolean;
  /** Idle ones kept of a zone. No bound where absent. */
  readonly mostIdle?: (zone: Zone) => number;
  /** Idle ones are ended after so long. Never where absent. */
  readonly idleMs?: number;
}

/** A warm sandbox is replaced now and then, so that nothing can add up. */
const JOBS_PER_SANDBOX = 500;

/** The sandbox of a session that waits for its next job, and the job that it was made for. */
interface Held<Sandbox> {
  readonly sandbox: Sandbox;
  readonly first: Job;
  /** Takes it out; false where it is held no more. */
  readonly leave: () => boolean;
}

/** Sandboxes and who may use them: ours are used again and again in one zone, one for untrusted code is used once, or by one session. */
export class SandboxPool<Sandbox extends PooledSandbox> {
  readonly #options: SandboxPoolOptions<Sandbox>;
  /** Idle warm sandboxes of each zone. */
  readonly #warm = new Map<Zone, Sandbox[]>();
  /** Idle sandboxes of sessions. */
  readonly #held = new Map<JobSession, Held<Sandbox>>();
  /** The job that each sandbox of a session was made for. */
  readonly #first = new WeakMap<Sandbox, Job>();
  readonly #spare: Promise<Sandbox>[] = [];
  readonly #open = new Set<Sandbox>();
  #closed = false;

  constructor(options: SandboxPoolOptions<Sandbox>) {
    this.#options = options;
  }

  /** A sandbox for a job, ready. Give it back whatever becomes of the job. */
  async take(job: Job, signal?: AbortSignal): Promise<Sandbox> {
    if (job.trust === 'untrusted') return job.session === undefined ? this.#fresh(job, signal) : this.#ofSession(job, job.session, signal);
    if (!this.#usual(job)) return this.#start(job.zone, true, job, signal);
    for (let idle = this.#warm.get(job.zone)?.pop(); idle !== undefined; idle = this.#warm.get(job.zone)?.pop()) {
      if (idle.alive) return idle;
      await this.#drop(idle);
    }
    return this.#start(job.zone, true, undefined, signal);
  }

  /** Takes a sandbox back: it is kept for the next job of ours in its zone, or ended. */
  async give(job: Job, sandbox: Sandbox): Promise<void> {
    if (job.trust === 'untrusted' && job.session !== undefined) return this.#hold(job, job.session, sandbox);
    const ofUse = job.trust === 'ours' && this.#usual(job) && sandbox.jobs < JOBS_PER_SANDBOX && !this.#closed;
    if (!ofUse || !(await sandbox.emptied())) {
      await this.#drop(sandbox);
      return;
    }
    const idle = this.#warm.get(job.zone) ?? [];
    // Whoever waited meanwhile for the same may have closed the pool.
    if (this.#closed || idle.length >= (this.#options.mostIdle?.(job.zone) ?? Infinity)) {
      await this.#drop(sandbox);
      return;
    }
    this.#warm.set(job.zone, [...idle, sandbox]);
    this.#whenIdle(sandbox, () => this.#leave(job.zone, sandbox));
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#spare);
    await Promise.all([...this.#open].map((sandbox) => sandbox.close()));
  }

  /** A sandbox that nobody has used. */
  #fresh(job: Job, signal: AbortSignal | undefined): Promise<Sandbox> {
    // Foreign code that measures or grades needs a zone of its own.
    if (!this.#options.spare || job.zone !== 'solve' || !this.#usual(job)) return this.#start(job.zone, false, job, signal);
    const next = this.#spare.shift() ?? this.#start('solve', false, undefined);
    if (!this.#closed && this.#spare.length === 0) {
      const spare = this.#start('solve', false, undefined);
      spare.catch(() => undefined);
      this.#spare.push(spare);
    }
    return next;
  }

  async #ofSession(job: Job, session: JobSession, signal: AbortSignal | undefined): Promise<Sandbox> {
    const held = this.#held.get(session);
    if (held?.leave() === true) {
      if (held.sandbox.alive && fits(job, held.first)) return held.sandbox;
      await this.#drop(held.sandbox);
    }
    const sandbox = await this.#fresh(job, signal);
    this.#first.set(sandbox, job);
    return sandbox;
  }

  /** Keeps the sandbox of a session for the next job of it. */
  async #hold(job: Job, session: JobSession, sandbox: Sandbox): Promise<void> {
    const over = (): boolean => session.over.aborted || this.#closed || sandbox.jobs >= JOBS_PER_SANDBOX;
    // Whoever waited meanwhile for the same may be held already.
    if (over() || !(await sandbox.emptied()) || over() || this.#held.has(session)) {
      await this.#drop(sandbox);
      return;
    }
    const end = (): void => {
      if (held.leave()) this.#drop(sandbox).catch(() => undefined);
    };
    const held: Held<Sandbox> = {
      sandbox,
      first: this.#first.get(sandbox) ?? job,
      leave: () => {
        session.over.removeEventListener('abort', end);
        return this.#held.get(session) === held && this.#held.delete(session);
      },
    };
    this.#held.set(session, held);
    session.over.addEventListener('abort', end, { once: true });
    this.#whenIdle(sandbox, held.leave);
  }

  #usual(job: Job): boolean {
    return this.#options.usual({ ...DEFAULT_LIMITS, ...job.limits }, job);
  }

  /** Ends a sandbox that nobody used for the time of an idle one, where `leave` says that it was still kept. */
  #whenIdle(sandbox: Sandbox, leave: () => boolean): void {
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    const served = sandbox.jobs;
    setTimeout(() => {
      if (sandbox.jobs === served && leave()) this.#drop(sandbox).catch(() => undefined);
    }, idleMs).unref();
  }

  /** Takes an idle one out; false where it is none. */
  #leave(zone: Zone, sandbox: Sandbox): boolean {
    const idle = this.#warm.get(zone) ?? [];
    this.#warm.set(
      zone,
      idle.filter((one) => one !== sandbox),
    );
    return idle.includes(sandbox);
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

/** Whether a sandbox that was made for one job has room for another one. */
function fits(job: Job, first: Job): boolean {
  const [wanted, made] = [job, first].map(({ limits }) => ({ ...DEFAULT_LIMITS, ...limits })) as [JobLimits, JobLimits];
  return job.zone === first.zone && (['wallMs', 'memoryMb', 'diskMb', 'processes'] as const).every((limit) => wanted[limit] <= made[limit]);
}
