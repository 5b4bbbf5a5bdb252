import type { Isolation, JobPhase } from '@mle-smith/contracts';
import type { BundleFile, Digest } from '@mle-smith/package';

/**
 * Where a job runs. `measure` may see raw data and answers and runs our own code or prepare.py;
 * `solve` sees public data only; `grade` sees a submission and the answers. No sandbox serves two zones.
 */
export type Zone = 'measure' | 'solve' | 'grade';

export interface JobLimits {
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  readonly processes: number;
  /** Size of the scratch and output file systems together. */
  readonly diskMb: number;
  readonly logBytes: number;
}

/** A bundle laid below `/input/<at>`; `prefix` keeps a subtree and strips it from the paths. */
export interface JobInput {
  readonly at: string;
  readonly bundle: Digest;
  readonly prefix?: string;
}

/**
 * Untrusted jobs of one candidate, one after the other. They may share a sandbox, which is emptied between them as it is
 * for jobs of ours and which nobody else ever gets. Jobs with the same object belong together.
 */
export interface JobSession {
  /** Aborted when no further job comes: its sandbox ends. */
  readonly over: AbortSignal;
}

/** One run of Python in a sandbox: no network, no credentials, inputs read-only, results as bytes. */
export interface Job {
  /** Deterministic name (platform ST-5). */
  readonly name: string;
  readonly zone: Zone;
  /** `ours`: generated or shipped by us, forked from a warm server. `untrusted`: a fresh sandbox, used once, or by the jobs of one session. */
  readonly trust: 'ours' | 'untrusted';
  readonly session?: JobSession;
  /**
   * `call`: `module:function` of mle_env with one JSON argument; its return value is `JobResult.value`.
   * `script`: a Python file below /input, run as `__main__` with /output as working directory.
   */
  readonly run: { readonly call: string; readonly argument: unknown } | { readonly script: string; readonly arguments?: readonly string[] };
  readonly inputs: readonly JobInput[];
  /** Small files placed below /input, path → bytes. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Folders or files below /output to bring back; anything else is dropped. */
  readonly outputs?: readonly string[];
  /** Changes of the interpreter's surroundings, for determinism checks. */
  readonly environment?: {
    readonly timezone?: string;
    readonly locale?: string;
    readonly umask?: number;
    readonly directory?: string;
    readonly shuffleListings?: boolean;
  };
  readonly limits?: Partial<JobLimits>;
  /** How a probe of a limit is meant to end; timelines say whether it did, and nothing else looks at it. */
  readonly meant?: readonly JobStatus[];
}

/** A part of a job that our own code tells the time of. */
export interface JobPhaseTimes {
  readonly phase: JobPhase;
  readonly fromMs: number;
  readonly toMs: number;
}

export const JOB_STATUSES = ['succeeded', 'failed', 'timeout', 'out_of_memory', 'log_limit', 'output_rejected', 'lost'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export interface JobResult {
  readonly status: JobStatus;
  /** What the called function returned, for `call` jobs that succeeded. */
  readonly value?: unknown;
  readonly exitCode?: number;
  readonly signal?: string;
  /** Head and tail of stdout and stderr, bounded, with control characters escaped. */
  readonly log: string;
  /** One line for a person: what failed, for anything but `succeeded`. */
  readonly message: string;
  /** The collected output files, stored in the artifact store; empty where there were none. */
  readonly outputs: readonly BundleFile[];
  readonly durationMs: number;
  readonly peakMemoryMb?: number;
  /** What a call of our own code did, in ms from its start; programs of others tell none. */
  readonly phases?: readonly JobPhaseTimes[];
  /** Processor time of the job and those of its children that it waited for; absent where nobody counted. */
  readonly cpuSeconds?: number;
  readonly isolation: Isolation;
}

/** The port to sandboxes (platform SE-2, SE-6, SE-7; toolchain 4). */
export interface JobRunner {
  /** Runs one job; resolves for every fault of the job, rejects only for infrastructure faults. */
  run(job: Job, signal?: AbortSignal): Promise<JobResult>;
  /** What keeps jobs of this trust apart from the machine. */
  isolation(trust: Job['trust']): Isolation;
  close(): Promise<void>;
}

export const DEFAULT_LIMITS: JobLimits = { wallMs: 120_000, cpuSeconds: 110, memoryMb: 4096, processes: 64, diskMb: 1024, logBytes: 1_048_576 };
