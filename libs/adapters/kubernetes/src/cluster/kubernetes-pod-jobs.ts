import type { V1Job } from '@kubernetes/client-node';
import type { Isolation } from '@mle-smith/contracts';
import { createOrAdopt, type Replacing } from './adopt.ts';
import { Board } from './board.ts';
import { Places } from './call-limits.ts';
import { answerOf, ClusterApi, type ClusterAccess } from './cluster-api.ts';
import { HeldJob } from './held-job.ts';
import { isolationOf } from './isolation.ts';
import { jobManifest } from './job-manifest.ts';
import { installationLabels } from './names.ts';
import { harmless, type Observe } from './notices.ts';
import { orphanReason } from './orphans.ts';
import type { PodJob, PodJobOrder, PodJobs } from './pod-jobs.ts';
import { pauseMs, type RetryPolicy } from './retry.ts';
import { ServerClock } from './server-clock.ts';
import { PodSettings, type PodSettingsInput } from './settings.ts';

export interface KubernetesPodJobsOptions {
  readonly access: ClusterAccess;
  readonly settings: PodSettingsInput;
  readonly observe?: Observe;
  readonly retries?: Partial<RetryPolicy>;
  /** No call to the API server takes longer. Default 30 s. */
  readonly callMs?: number;
  /** ms since the epoch by this machine. Default `Date.now`. */
  readonly now?: () => number;
}

/** `PodJobs` over an API server. Any number of processes may work in the same namespaces; none leads. */
export class KubernetesPodJobs implements PodJobs {
  readonly #settings: PodSettings;
  readonly #api: ClusterApi;
  readonly #clock: ServerClock;
  readonly #observe: Observe;
  readonly #boards: ReadonlyMap<string, Board>;
  readonly #slots: ReadonlyMap<string, Places>;
  /** Job name → what this process holds. */
  readonly #held = new Map<string, HeldJob>();
  readonly #starting = new Set<Promise<PodJob>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  private constructor(settings: PodSettings, options: KubernetesPodJobsOptions) {
    this.#settings = settings;
    this.#observe = harmless(options.observe);
    this.#clock = new ServerClock(options.now ?? Date.now, this.#observe);
    this.#api = new ClusterApi(options.access, {
      clock: this.#clock,
      observe: this.#observe,
      callMs: options.callMs ?? 30_000,
      retries: options.retries ?? {},
    });
    this.#slots = new Map(Object.entries(settings.profiles).map(([name, { slots }]) => [name, new Places(slots ?? Infinity)]));
    this.#boards = new Map(Object.values(settings.namespaces).map((namespace) => [namespace, this.#board(namespace)]));
  }

  /** Checks the settings (a `ZodError` names what is wrong) and that both namespaces may be looked at. Throws `ClusterRefusedError`, `ClusterUnreachableError`. */
  static async open(options: KubernetesPodJobsOptions): Promise<KubernetesPodJobs> {
    const jobs = new KubernetesPodJobs(PodSettings.parse(options.settings), options);
    for (const namespace of Object.values(jobs.#settings.namespaces)) {
      await jobs.#api.listJobs(namespace, jobs.#selector);
      await jobs.#api.listPods(namespace, jobs.#selector);
    }
    for (const board of jobs.#boards.values()) board.start();
    return jobs;
  }

  inputMb(profile: string): number {
    return this.#settings.profiles[profile]?.inputMb ?? 0;
  }

  isolation(trust: PodJobOrder['trust']): Isolation {
    return isolationOf(this.#settings, trust);
  }

  async start(order: PodJobOrder, signal?: AbortSignal): Promise<PodJob> {
    const starting = this.#start(order, signal);
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #start(order: PodJobOrder, signal: AbortSignal | undefined): Promise<PodJob> {
    const either = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    const manifest = jobManifest(order, this.#settings);
    const free = await this.#slot(order, either);
    try {
      const { job, adopted } = await this.#created(order, manifest, either);
      return this.#hold(job, adopted, free);
    } catch (error) {
      free();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort(new Error('the Jobs are being closed'));
    const removeHeld = (): Promise<unknown> => Promise.allSettled([...this.#held.values()].map((job) => job.remove()));
    await Promise.all([removeHeld(), Promise.allSettled(this.#starting)]);
    // What was created while it was being aborted.
    await removeHeld();
    await Promise.all([...this.#boards.values()].map((board) => board.stop()));
  }

  get #selector(): string {
    return Object.entries(installationLabels(this.#settings))
      .map(([label, value]) => `${label}=${value}`)
      .join(',');
  }

  #board(namespace: string): Board {
    return new Board({
      api: this.#api,
      namespace,
      labelSelector: this.#selector,
      listMs: this.#settings.listSeconds * 1000,
      observe: this.#observe,
      onList: (jobs) => this.#sweep(namespace, jobs),
    });
  }

  async #slot(order: PodJobOrder, signal: AbortSignal): Promise<() => void> {
    const slots = this.#slots.get(order.profile) ?? new Places(Infinity);
    if (slots.full) this.#observe({ kind: 'waiting_for_slot', key: order.key, profile: order.profile, said: 'all slots of the profile are taken' });
    return slots.take(signal);
  }

  /** Waiting for room costs nothing but time. */
  async #created(order: PodJobOrder, manifest: V1Job, signal: AbortSignal): Promise<{ readonly job: V1Job; readonly adopted: boolean }> {
    for (let round = 1; ; round += 1) {
      try {
        return await createOrAdopt(this.#api, manifest, this.#replacing, signal);
      } catch (error) {
        if (answerOf(error) !== 'quota') throw error;
        if (round === 1) this.#observe({ kind: 'waiting_for_quota', key: order.key, profile: order.profile, said: (error as Error).message });
        await this.#api.calls.retries.rest(Math.max(500, pauseMs(this.#api.calls.retries, round)), signal);
      }
    }
  }

  /** Whoever starts a key is the one who works on it now: what its predecessor left is of use to nobody, if it is not as it would be made today. */
  get #replacing(): Replacing {
    return {
      left: (found) => !this.#held.has(found.metadata?.name ?? ''),
      onReplaced: ({ metadata }) =>
        this.#observe({
          kind: 'orphan_deleted',
          namespace: metadata?.namespace ?? '',
          job: metadata?.name ?? '',
          reason: 'was made under other settings, and its successor has begun',
        }),
    };
  }

  #hold(job: V1Job, adopted: boolean, free: () => void): HeldJob {
    const name = job.metadata?.name ?? '';
    const namespace = job.metadata?.namespace ?? '';
    const already = this.#held.get(name);
    if (already !== undefined && already.uid === job.metadata?.uid) {
      free();
      return already;
    }
    const board = this.#boards.get(namespace) as Board;
    const held: HeldJob = new HeldJob({
      api: this.#api,
      board,
      clock: this.#clock,
      settings: this.#settings,
      observe: this.#observe,
      job,
      adopted,
      onFree: free,
      onRemoved: () => {
        if (this.#held.get(name) === held) this.#held.delete(name);
      },
    });
    this.#held.set(name, held);
    this.#observe({ kind: adopted ? 'adopted' : 'created', namespace, job: name });
    return held.watch();
  }

  /** Deletes what nobody can want any more. */
  #sweep(namespace: string, jobs: readonly V1Job[]): void {
    for (const job of jobs) {
      const name = job.metadata?.name ?? '';
      if (this.#held.has(name)) continue;
      const reason = orphanReason(job, this.#clock.now(), this.#settings.graceSeconds);
      if (reason === undefined) continue;
      this.#api.deleteJob(namespace, name, job.metadata?.uid ?? '').then(
        () => this.#observe({ kind: 'orphan_deleted', namespace, job: name, reason }),
        // The next list shows it again.
        () => undefined,
      );
    }
  }
}
