import type { Isolation } from '@mle-smith/contracts';

/** Where a pod runs: `solve` holds what nobody trusts, `grade` our code and the answers. Each is a namespace of its own. */
export type PodZone = 'solve' | 'grade';

/** A sandbox that is wanted: everything about it that is not fixed by the settings. */
export interface PodJobOrder {
  /** What the name is derived from: the same key is the same Job, whoever asks. */
  readonly key: string;
  readonly zone: PodZone;
  /** A row of the profile table in the settings; it says image, processors, accelerators and nodes. */
  readonly profile: string;
  /** `untrusted` needs a RuntimeClass with a kernel of its own, or the setting that does without. */
  readonly trust: 'ours' | 'untrusted';
  readonly limits: PodLimits;
  /** Variables of the server, by names of ours only (`isAllowedVariable`). */
  readonly environment: Readonly<Record<string, string>>;
  /** For people who look for a Job: short names to any text; become labels `mle-smith.io/<name>`, cut to what a label may hold. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface PodLimits {
  /** Of the container as a whole, its server, `/output`, `/tmp` and `/dev/shm` included. */
  readonly memoryMb: number;
  /** Told to the server, which sets RLIMIT_NPROC; Kubernetes has no limit of processes a pod (the kubelet's `podPidsLimit` is one a node). */
  readonly processes: number;
  /** `/output`, `/tmp` and `/dev/shm` together: file systems in memory. */
  readonly diskMb: number;
  /** `/input`; the profile's `inputMb` where absent. */
  readonly inputMb?: number;
  /** From the start of the pod; kubelet ends it then. A backstop: the server's own clock comes first. */
  readonly deadlineSeconds: number;
}

/** Where the server of a pod takes connections. */
export interface PodAddress {
  readonly host: string;
  readonly port: number;
}

/** A Job of one pod, held by this process. */
export interface PodJob {
  readonly name: string;
  readonly namespace: string;
  /** It was there before `start` was called, with the same specification: left by this key's earlier holder. */
  readonly adopted: boolean;
  /**
   * Resolves when the container runs. Its server may need a moment more to listen: repeat a refused connection.
   * Rejects with `PodJobEndedError` when the pod ends first, with the signal's reason when that aborts (the Job stays).
   */
  ready(signal?: AbortSignal): Promise<PodAddress>;
  /** How the pod ended, with its log, once it did; the same answer each time. Does not resolve for a pod that lives. Rejects when `remove` or `close` came first. */
  ended(): Promise<PodEnd>;
  /** The log so far, bounded; undefined where it is gone. For a pod that lives and whose connection broke. */
  log(): Promise<string | undefined>;
  /** Deletes Job and pod; nothing where they are gone. Waits for a log that `ended` is reading. Throws `ClusterUnreachableError`. */
  remove(): Promise<void>;
}

/** Jobs of one pod each in two namespaces of a cluster (platform KJ-1 to KJ-13). */
export interface PodJobs {
  /**
   * Creates the Job, or takes over the one that this key has. Waits, without end and without creating anything, while all
   * slots of the profile are taken or a quota is used up. Throws `UnsandboxedRefusedError`, `JobNameConflictError`,
   * `OrderRefusedError`, `ClusterRefusedError`, `ClusterUnreachableError`, and the signal's reason.
   */
  start(order: PodJobOrder, signal?: AbortSignal): Promise<PodJob>;
  /** What `/input` of a pod of this profile holds whose order does not say, MiB; 0 where there is no such profile. */
  inputMb(profile: string): number;
  /** What keeps pods of this trust apart from their node. */
  isolation(trust: PodJobOrder['trust']): Isolation;
  /** Removes what is held and stops watching. */
  close(): Promise<void>;
}

/** What went wrong with a pod, in the classes of platform KJ-5; `none` is an exit with 0. */
export type FailureClass = 'infra' | 'platform' | 'config' | 'capacity' | 'memory' | 'disk' | 'timeout' | 'program' | 'none';

/** Who pays: `infra` is tried again at no cost to the task, `task` is the task's or candidate's own, `terminal` helps no retry and needs an operator. */
export type Charge = 'infra' | 'task' | 'terminal' | 'none';

/** How a pod ended. */
export interface PodEnd {
  readonly failure: FailureClass;
  /** Finer than the class, stable: `out_of_memory`, `pod_disrupted` … (README, table of ends). */
  readonly code: string;
  readonly charge: Charge;
  /** One line for a person. */
  readonly reason: string;
  /** Of the container; absent where it never ended by itself. */
  readonly exitCode?: number;
  /** By the clocks of the cluster (platform KJ-12), ISO 8601. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Head and tail of the container's log, bounded, as it came; absent where it is lost, which `logsLost` says. */
  readonly log?: string;
  readonly logsLost: boolean;
}

/** The pod ended before it was ready. */
export class PodJobEndedError extends Error {
  readonly code = 'pod_job_ended';
  readonly end: PodEnd;
  constructor(job: string, end: PodEnd) {
    super(`the pod ended before it was ready [job=${job}, code=${end.code}]: ${end.reason}`);
    this.name = new.target.name;
    this.end = end;
  }
}
