import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Isolation } from '@mle-smith/contracts';
import { DEFAULT_LIMITS, type Job, type JobResult, type JobRunner, type Zone } from '@mle-smith/environment';
import { HASH_SEEDS, jobResult, SandboxPool, seccompFilter, tellsPhases, UnsandboxedRefusedError } from '@mle-smith/environment/sandbox';
import type { ArtifactStore } from '@mle-smith/package';
import { sweepControlGroups } from './cgroup.ts';
import { fillInbox, unlinkFromStore } from './inbox.ts';
import { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
import { pythonRuntime } from './python-runtime.ts';
import type { SandboxSettings } from './sandbox-command.ts';
import { SandboxProcess } from './sandbox-process.ts';

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

/** What the host allows a job beyond its own clock before it ends the whole sandbox. */
const BACKSTOP_MS = 10_000;

/** A JobRunner over bubblewrap: warm forks for our own code, a fresh sandbox for each untrusted job. */
export class SandboxJobRunner implements JobRunner {
  readonly #options: SandboxOptions;
  readonly #probe: SandboxProbe;
  readonly #settings: SandboxSettings;
  readonly #pool: SandboxPool<SandboxProcess>;

  private constructor(options: SandboxOptions, probe: SandboxProbe, settings: SandboxSettings) {
    this.#options = options;
    this.#probe = probe;
    this.#settings = settings;
    this.#pool = new SandboxPool({
      start: (zone, warm, job) => this.#start(zone, warm, job?.limits?.diskMb ?? settings.diskMb),
      // The size of a disk is fixed when it is made.
      usual: ({ diskMb }) => diskMb === settings.diskMb,
      spare: true,
    });
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
    const sandbox = await this.#pool.take(job);
    try {
      await fillInbox(sandbox.inbox, job, this.#options.artifacts);
      if (this.#probe.mode === 'process') await unlinkFromStore(sandbox.inbox);
      await sandbox.limit(limits.memoryMb, limits.processes);
      const order = {
        id: job.name,
        run: job.run,
        environment: job.environment ?? {},
        outputs: job.outputs ?? [],
        phases: tellsPhases(job),
        limits: { ...limits, watchMemory: !sandbox.limitsMemory },
      };
      const answer = await sandbox.serve(order, limits.wallMs + BACKSTOP_MS, signal);
      signal?.throwIfAborted();
      return answer === undefined
        ? { status: 'lost', log: '', message: 'the sandbox ended before the job did', outputs: [], durationMs: limits.wallMs, isolation }
        : await jobResult(answer, job, limits, isolation, this.#options.artifacts);
    } finally {
      await this.#pool.give(job, sandbox);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await rm(this.#options.workDirectory, { recursive: true, force: true });
  }

  #start(zone: Zone, warm: boolean, diskMb: number): Promise<SandboxProcess> {
    return SandboxProcess.start(join(this.#options.workDirectory, randomUUID()), HASH_SEEDS[zone], warm, { ...this.#settings, diskMb });
  }
}
