import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Isolation } from '@mle-smith/contracts';
import { DEFAULT_LIMITS, type Job, type JobResult, type JobRunner, type Zone } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';
import { sweepControlGroups } from './cgroup.ts';
import { emptyInbox, fillInbox, unlinkFromStore } from './inbox.ts';
import { jobResult } from './job-result.ts';
import { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
import { pythonRuntime } from './python-runtime.ts';
import type { SandboxSettings } from './sandbox-command.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { seccompFilter } from './seccomp.ts';

export interface SandboxOptions {
  readonly artifacts: ArtifactStore;
  /** Interpreter of the environment that has the numeric packages. */
  readonly python: string;
  /** Folder that holds the `mle_env` package. */
  readonly mleEnvPath: string;
  /** Private folder for inboxes, of this runner alone: emptied at start and removed at the end. */
  readonly workDirectory: string;
  /** Runs untrusted code as a plain process where there is no sandbox. */
  readonly allowUnsandboxed?: boolean;
  /** Skips the probe: what this machine can do is known. */
  readonly probe?: SandboxProbe;
}

/** Untrusted code was to run and there is no sandbox. */
export class UnsandboxedRefusedError extends Error {
  readonly code = 'unsandboxed_refused';
  constructor(advice: readonly string[]) {
    super(`untrusted code is not run without a sandbox: ${advice.join('; ')}; or pass --allow-unsandboxed`);
    this.name = new.target.name;
  }
}

/** Zones differ in it, so that a program that depends on the order of a set is found out. */
const HASH_SEEDS: Readonly<Record<Zone, number>> = { measure: 0, solve: 1, grade: 2 };
/** A warm sandbox is replaced now and then, so that nothing can add up. */
const JOBS_PER_SANDBOX = 500;
/** What the host allows a job beyond its own clock before it ends the whole sandbox. */
const BACKSTOP_MS = 10_000;

/** A JobRunner over bubblewrap: warm forks for our own code, a fresh sandbox for each untrusted job. */
export class SandboxJobRunner implements JobRunner {
  readonly #options: SandboxOptions;
  readonly #probe: SandboxProbe;
  readonly #settings: SandboxSettings;
  /** Idle warm sandboxes of each zone. */
  readonly #warm = new Map<Zone, SandboxProcess[]>();
  readonly #spare: Promise<SandboxProcess>[] = [];
  readonly #open = new Set<SandboxProcess>();
  #closed = false;

  private constructor(options: SandboxOptions, probe: SandboxProbe, settings: SandboxSettings) {
    this.#options = options;
    this.#probe = probe;
    this.#settings = settings;
  }

  /** Probes the machine and prepares the work folder. */
  static async open(options: SandboxOptions): Promise<SandboxJobRunner> {
    const probe = options.probe ?? (await probeSandbox());
    await sweepControlGroups();
    await rm(options.workDirectory, { recursive: true, force: true });
    await mkdir(options.workDirectory, { recursive: true, mode: 0o700 });
    const filter = seccompFilter(process.arch);
    const seccompFile = filter === undefined ? undefined : join(options.workDirectory, 'seccomp.bpf');
    if (seccompFile !== undefined && filter !== undefined) await writeFile(seccompFile, filter);
    return new SandboxJobRunner(options, probe, {
      mode: probe.mode,
      python: await pythonRuntime(options.python),
      mleEnvPath: options.mleEnvPath,
      seccompFile,
      memoryMb: DEFAULT_LIMITS.memoryMb,
      processes: DEFAULT_LIMITS.processes,
      diskMb: DEFAULT_LIMITS.diskMb,
    });
  }

  isolation(trust: Job['trust']): Isolation {
    return this.#probe.mode === 'process' && trust === 'ours' ? { kind: 'process', gaps: this.#probe.isolation.gaps } : this.#probe.isolation;
  }

  async run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    if (job.trust === 'untrusted' && this.#probe.mode === 'process' && this.#options.allowUnsandboxed !== true)
      throw new UnsandboxedRefusedError(this.#probe.advice);
    signal?.throwIfAborted();
    const limits = { ...DEFAULT_LIMITS, ...job.limits };
    const isolation = this.isolation(job.trust);
    const sandbox = await this.#take(job, limits.diskMb);
    try {
      await fillInbox(sandbox.inbox, job, this.#options.artifacts);
      if (this.#probe.mode === 'process') await unlinkFromStore(sandbox.inbox);
      await sandbox.limit(limits.memoryMb, limits.processes);
      const order = {
        id: job.name,
        run: job.run,
        environment: job.environment ?? {},
        outputs: job.outputs ?? [],
        limits: { ...limits, watchMemory: !sandbox.limitsMemory },
      };
      const answer = await sandbox.serve(order, limits.wallMs + BACKSTOP_MS, signal);
      signal?.throwIfAborted();
      return answer === undefined
        ? { status: 'lost', log: '', message: 'the sandbox ended before the job did', outputs: [], durationMs: limits.wallMs, isolation }
        : await jobResult(answer, 'call' in job.run, limits, isolation, this.#options.artifacts);
    } finally {
      await this.#give(job, sandbox);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#spare);
    await Promise.all([...this.#open].map((sandbox) => sandbox.close()));
    await rm(this.#options.workDirectory, { recursive: true, force: true });
  }

  async #take(job: Job, diskMb: number): Promise<SandboxProcess> {
    // Foreign code that measures or grades needs a zone of its own; the size of a disk is fixed when it is made.
    if (diskMb !== this.#settings.diskMb || (job.trust === 'untrusted' && job.zone !== 'solve')) return this.#start(job.zone, job.trust === 'ours', diskMb);
    if (job.trust === 'untrusted') {
      const next = this.#spare.shift() ?? this.#start('solve', false);
      if (!this.#closed && this.#spare.length === 0) {
        const spare = this.#start('solve', false);
        spare.catch(() => undefined);
        this.#spare.push(spare);
      }
      return next;
    }
    for (let idle = this.#warm.get(job.zone)?.pop(); idle !== undefined; idle = this.#warm.get(job.zone)?.pop()) {
      if (idle.alive) return idle;
      await this.#drop(idle);
    }
    return this.#start(job.zone, true);
  }

  async #give(job: Job, sandbox: SandboxProcess): Promise<void> {
    const ofUse = job.trust === 'ours' && sandbox.diskMb === this.#settings.diskMb && sandbox.jobs < JOBS_PER_SANDBOX && !this.#closed;
    if (!ofUse || !(await sandbox.emptied())) {
      await this.#drop(sandbox);
      return;
    }
    await emptyInbox(sandbox.inbox);
    this.#warm.set(job.zone, [...(this.#warm.get(job.zone) ?? []), sandbox]);
  }

  async #start(zone: Zone, warm: boolean, diskMb: number = this.#settings.diskMb): Promise<SandboxProcess> {
    const root = join(this.#options.workDirectory, randomUUID());
    const sandbox = await SandboxProcess.start(root, HASH_SEEDS[zone], warm, { ...this.#settings, diskMb });
    this.#open.add(sandbox);
    try {
      await sandbox.ready();
    } catch (error) {
      await this.#drop(sandbox);
      throw error;
    }
    return sandbox;
  }

  async #drop(sandbox: SandboxProcess): Promise<void> {
    this.#open.delete(sandbox);
    await sandbox.close();
  }
}
