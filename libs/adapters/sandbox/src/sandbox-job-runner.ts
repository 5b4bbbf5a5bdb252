import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Isolation } from '@mle-smith/contracts';
import { DEFAULT_LIMITS, type Job, type JobLimits, type JobResult, type JobRunner, type Zone } from '@mle-smith/environment';
import type { ArtifactStore, BundleFile, Digest } from '@mle-smith/package';
import { sweepControlGroups } from './cgroup.ts';
import { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
import { pythonRuntime } from './python-runtime.ts';
import { SandboxProcess, type Answer, type SandboxSettings } from './sandbox-process.ts';
import { seccompFilter } from './seccomp.ts';

export interface SandboxOptions {
  readonly artifacts: ArtifactStore;
  /** Interpreter of the environment that has the numeric packages. */
  readonly python: string;
  /** Folder that holds the `mle_env` package. */
  readonly mleEnvPath: string;
  /** Private folder for inboxes; emptied at start. */
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
    await mkdir(options.workDirectory, { recursive: true, mode: 0o755 });
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
    const sandbox = await this.#take(job);
    try {
      await this.#fill(sandbox, job);
      await sandbox.limit(limits.memoryMb, limits.processes);
      const answer = await sandbox.serve(this.#order(job, limits), limits.wallMs + BACKSTOP_MS, signal);
      signal?.throwIfAborted();
      return await this.#result(job, answer, limits);
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

  #order(job: Job, limits: JobLimits): object {
    return {
      id: job.name,
      run: job.run,
      environment: job.environment ?? {},
      outputs: job.outputs ?? [],
      limits: { ...limits, limitAddressSpace: this.#probe.isolation.kind === 'bubblewrap-user' || this.#probe.mode === 'process' },
    };
  }

  async #take(job: Job): Promise<SandboxProcess> {
    if (job.trust === 'untrusted') {
      // Foreign code that measures or grades needs our imports, and a zone of its own.
      if (job.zone !== 'solve') return this.#start(job.zone, true);
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
    if (job.trust === 'untrusted' || !sandbox.alive || sandbox.jobs >= JOBS_PER_SANDBOX || this.#closed) {
      await this.#drop(sandbox);
      return;
    }
    await sandbox.emptyInbox();
    this.#warm.set(job.zone, [...(this.#warm.get(job.zone) ?? []), sandbox]);
  }

  async #start(zone: Zone, warm: boolean): Promise<SandboxProcess> {
    const root = join(this.#options.workDirectory, randomUUID());
    const sandbox = await SandboxProcess.start(root, HASH_SEEDS[zone], warm, this.#settings);
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

  async #fill(sandbox: SandboxProcess, job: Job): Promise<void> {
    const { artifacts } = this.#options;
    for (const input of job.inputs) {
      const bundle = input.prefix === undefined ? input.bundle : await subBundle(artifacts, input.bundle, input.prefix);
      await artifacts.materialize(bundle, join(sandbox.inbox, input.at));
    }
    for (const [path, bytes] of Object.entries(job.files ?? {})) await sandbox.place(path, bytes);
    await openFolders(sandbox.inbox);
  }

  async #result(job: Job, answer: Answer | undefined, limits: JobLimits): Promise<JobResult> {
    const isolation = this.isolation(job.trust);
    if (answer === undefined)
      return { status: 'lost', log: '', message: 'the sandbox ended before the job did', outputs: [], durationMs: limits.wallMs, isolation };
    const common = {
      log: escapeControls(answer.log),
      durationMs: answer.durationMs,
      peakMemoryMb: answer.peakMemoryMb,
      isolation,
      outputs: [] as BundleFile[],
      ...(answer.exitCode === null ? {} : { exitCode: answer.exitCode }),
      ...(answer.signal === null ? {} : { signal: String(answer.signal) }),
    };
    if (!answer.clean) return { ...common, status: 'lost', message: 'the sandbox could not be emptied after the job' };
    if (answer.status === 'timeout') return { ...common, status: 'timeout', message: `ran longer than ${limits.wallMs / 1000} s` };
    if (answer.status === 'log_limit') return { ...common, status: 'log_limit', message: `wrote more than ${limits.logBytes * 10} bytes of output` };
    if (answer.outOfMemory || answer.exitCode === 137) return { ...common, status: 'out_of_memory', message: `used more than ${limits.memoryMb} MB of memory` };
    if (answer.signal === 24) return { ...common, status: 'timeout', message: `used more than ${limits.cpuSeconds} s of processor time` };
    if (answer.status === 'rejected') return { ...common, status: 'output_rejected', message: answer.message ?? 'an output was not taken' };
    const outputs = await Promise.all(
      answer.outputs.map(async (file) => ({ path: file.path, digest: await this.#options.artifacts.put(file.bytes), bytes: file.bytes.length })),
    );
    if (answer.exitCode !== 0)
      return {
        ...common,
        outputs,
        status: 'failed',
        message: lastLine(common.log) || `ended with ${answer.signal === null ? `code ${answer.exitCode}` : `signal ${answer.signal}`}`,
      };
    return { ...common, outputs, status: 'succeeded', message: '', ...(answer.value === undefined ? {} : { value: answer.value }) };
  }
}

/** The files of a bundle below a prefix, as a bundle of its own without the prefix. */
async function subBundle(artifacts: ArtifactStore, bundle: Digest, prefix: string): Promise<Digest> {
  const head = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const files = (await artifacts.getBundle(bundle))
    .filter((file) => file.path.startsWith(head))
    .map((file) => ({ ...file, path: file.path.slice(head.length) }));
  return artifacts.putBundle(files);
}

/** Whatever the operator's umask, the sandbox's own uid must be able to pass through the inbox. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => chmod(join(entry.parentPath, entry.name), 0o755)));
}

/** Control characters of hostile output can neither forge lines nor drive a terminal. */
function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function lastLine(log: string): string {
  return log.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
