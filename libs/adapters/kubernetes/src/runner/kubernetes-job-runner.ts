import { randomUUID } from 'node:crypto';
import type { Isolation } from '@mle-smith/contracts';
import { DEFAULT_LIMITS, type Job, type JobResult, type JobRunner, type Zone } from '@mle-smith/environment';
import { jobResult, SandboxPool } from '@mle-smith/environment/sandbox';
import type { ArtifactStore } from '@mle-smith/package';
import { PodJobEndedError, type PodEnd, type PodJobs } from '../cluster/pod-jobs.ts';
import {
  ABANDONED_SECONDS,
  inputMbOf,
  keyOf,
  onceOrder,
  profileOf,
  sessionOrder,
  tokenOf,
  WARM_USE_SECONDS,
  warmOrder,
  type SessionTimes,
  type ZoneProfiles,
} from './pod-order.ts';
import { PodSandbox, type PodTimes } from './pod-sandbox.ts';
import { inputsOf, roomOf } from './send-inputs.ts';
import { logOf, resultOfEnd } from './unanswered.ts';

export interface KubernetesJobRunnerOptions {
  readonly artifacts: ArtifactStore;
  readonly pods: PodJobs;
  /** Of the installation: tokens of pods are made from it, so that any replica reaches what another one started. */
  readonly secret: string;
  readonly profiles: ZoneProfiles;
  /** Idle warm pods kept of each zone. */
  readonly mostWarm: number;
  /** Profiles of which none is kept idle: their pods hold a device that others may wait for. */
  readonly neverIdle?: ReadonlySet<string>;
  /** Idle warm pods are removed after so long. */
  readonly warmIdleMs: number;
  /** Of the pods of sessions. Default one hour, and 90 s: longer than a connection that was lost is tried for. */
  readonly sessions?: Partial<SessionTimes>;
  /**
   * Told where the time of each job went, when its pod was let go, in milliseconds since the pod was asked for; `created` to `connected` of a warm one
   * are those of its first job. `tookMs`: since this job came.
   */
  readonly onTimes?: (job: Job, times: PodTimes, tookMs: number) => void;
}

/** A pod ended for a reason that is not the job's: `pod_lost` is to be tried again, `pod_unavailable` waits for an operator. */
export class PodFaultError extends Error {
  readonly code: 'pod_lost' | 'pod_unavailable';
  readonly end: PodEnd;
  constructor(job: string, end: PodEnd) {
    super(`the pod did not do its work: ${end.reason} [job=${job}, end=${end.code}]`);
    this.name = new.target.name;
    this.code = end.charge === 'terminal' ? 'pod_unavailable' : 'pod_lost';
    this.end = end;
  }
}

/** A JobRunner over pods of a cluster: warm ones for our own code, a fresh Job for each untrusted job. */
export class KubernetesJobRunner implements JobRunner {
  readonly #options: KubernetesJobRunnerOptions;
  readonly #pool: SandboxPool<PodSandbox>;
  /** The name of this process in its pods; warm ones are of this process alone. */
  readonly #process = randomUUID().slice(0, 8);
  #made = 0;
  /** Keys in use here: the same job twice at a time needs two pods. */
  readonly #keys = new Set<string>();
  /** What the inputs of a job take of a disk. */
  readonly #inputBytes = new WeakMap<Job, { key: string; bytes: number }>();

  constructor(options: KubernetesJobRunnerOptions) {
    this.#options = options;
    this.#pool = new SandboxPool({
      start: async (zone, _warm, job) => (job === undefined ? this.#startWarm(zone) : this.#startOnce(job)),
      // What a pod may take is fixed when it is made.
      usual: ({ memoryMb, diskMb, wallMs }, job) =>
        memoryMb <= DEFAULT_LIMITS.memoryMb &&
        diskMb === DEFAULT_LIMITS.diskMb &&
        wallMs < (WARM_USE_SECONDS * 1_000) / 4 &&
        inputMbOf(this.#inputBytes.get(job)?.bytes ?? 0) <= options.pods.inputMb(profileOf(options.profiles, job.zone, job.trust)),
      spare: false,
      mostIdle: (zone) => (options.neverIdle?.has(profileOf(options.profiles, zone, 'ours')) === true ? 0 : options.mostWarm),
      idleMs: options.warmIdleMs,
    });
  }

  isolation(trust: Job['trust']): Isolation {
    return this.#options.pods.isolation(trust);
  }

  /** Throws `PodFaultError`, and what `PodJobs` throws. A job of the same content that a dead process left in the cluster is taken up where it is. */
  async run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    signal?.throwIfAborted();
    const { artifacts, onTimes } = this.#options;
    const limits = { ...DEFAULT_LIMITS, ...job.limits };
    const key = this.#claim(job);
    const came = performance.now();
    try {
      const files = await inputsOf(job, artifacts);
      this.#inputBytes.set(job, { key, bytes: roomOf(files) });
      const sandbox = await this.#pool.take(job, signal);
      const { kind, gaps } = this.isolation(job.trust);
      const isolation = { kind, gaps: [...gaps, ...sandbox.gaps] };
      try {
        const answer = await sandbox.serve(job, key, files, signal);
        if (answer === undefined) {
          const log = logOf(job, await sandbox.log());
          return { status: 'lost', log, message: 'the pod did not answer in time', outputs: [], durationMs: limits.wallMs, isolation };
        }
        const result = await jobResult(answer, job, limits, isolation, artifacts);
        sandbox.mark('collected');
        return result;
      } finally {
        await this.#pool.give(job, sandbox);
        sandbox.mark('removed');
        onTimes?.(job, sandbox.times, performance.now() - came);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PodJobEndedError)) throw error;
      const result = resultOfEnd(job, error.end, this.isolation(job.trust));
      if (result === undefined) throw new PodFaultError(job.name, error.end);
      return result;
    } finally {
      this.#keys.delete(key);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#options.pods.close();
  }

  #startOnce(job: Job): PodSandbox {
    const { secret, profiles, pods } = this.#options;
    const { key, bytes } = this.#inputBytes.get(job) ?? { key: keyOf(job), bytes: 0 };
    if (job.session !== undefined) return this.#startSession(job, bytes);
    return new PodSandbox(pods, onceOrder(job, key, bytes, secret, profiles), tokenOf(secret, key), this.#process, 0);
  }

  #startSession(job: Job, bytes: number): PodSandbox {
    const { secret, profiles, pods, sessions } = this.#options;
    const key = `session-${this.#process}-${(this.#made += 1)}`;
    const { order, useSeconds } = sessionOrder(job, key, bytes, secret, profiles, { life: 3_600, abandoned: ABANDONED_SECONDS, ...sessions });
    return new PodSandbox(pods, order, tokenOf(secret, key), this.#process, useSeconds);
  }

  #startWarm(zone: Zone): PodSandbox {
    const { secret, profiles, pods } = this.#options;
    const key = `warm-${zone}-${this.#process}-${(this.#made += 1)}`;
    return new PodSandbox(pods, warmOrder(zone, key, secret, profiles), tokenOf(secret, key), this.#process, WARM_USE_SECONDS);
  }

  #claim(job: Job): string {
    const key = keyOf(job);
    let free = key;
    for (let twin = 2; this.#keys.has(free); twin += 1) free = `${key}-${twin}`;
    this.#keys.add(free);
    return free;
  }
}
