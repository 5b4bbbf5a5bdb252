import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Board } from './board.ts';
import type { ClusterApi } from './cluster-api.ts';
import { PodJobRemovedError } from './cluster-errors.ts';
import { ENDS } from './ends.ts';
import { containerOf, judge, type Judgement } from './judge.ts';
import type { Observe } from './notices.ts';
import { PodJobEndedError, type PodAddress, type PodEnd, type PodJob } from './pod-jobs.ts';
import { readPodLog } from './pod-log.ts';
import type { ServerClock } from './server-clock.ts';
import type { PodSettings } from './settings.ts';
import { isoOf } from './times.ts';

export interface HeldJobOptions {
  readonly api: ClusterApi;
  readonly board: Board;
  readonly clock: ServerClock;
  readonly settings: PodSettings;
  readonly observe: Observe;
  readonly job: V1Job;
  readonly adopted: boolean;
  /** Its pod takes no room any more: it ended, or it was removed. Called once. */
  readonly onFree: () => void;
  /** It is this process's no more. */
  readonly onRemoved: () => void;
}

type End = Extract<Judgement, { state: 'ended' }>;

/** How much of a log's end is told to whoever watches, in characters: as much as a line of a log takes. */
const SAID = 2_000;
/** After a fault of the API server while an end is made sure of. */
const LOOK_AGAIN_MS = 5_000;

/** One Job that this process has started or taken over, until it is removed. */
export class HeldJob implements PodJob {
  readonly name: string;
  readonly namespace: string;
  readonly adopted: boolean;
  readonly #options: HeldJobOptions;
  readonly uid: string;
  readonly #since = performance.now();
  readonly #ready = Promise.withResolvers<PodAddress>();
  readonly #ended = Promise.withResolvers<PodEnd>();
  /** As it was seen last. */
  #pod: V1Pod | undefined;
  #ran = false;
  #told = false;
  #refusal: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settling: Promise<void> | undefined;
  #asking = false;
  /** A Job without a pod for so long is asked about: most have one before, and who waits in a queue waits on. */
  #askAfterMs: number;
  #removing: Promise<void> | undefined;
  #over = false;
  #free = false;

  constructor(options: HeldJobOptions) {
    this.#options = options;
    this.name = options.job.metadata?.name ?? '';
    this.namespace = options.job.metadata?.namespace ?? '';
    this.adopted = options.adopted;
    this.uid = options.job.metadata?.uid ?? '';
    // Before a refusal counts it has to be known; where the first answer says nothing, there is time for a second one.
    this.#askAfterMs = (options.settings.graceSeconds.refused * 1000) / 3;
    // Nobody may have asked for either.
    this.#ready.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
  }

  /** Begins to look; once. */
  watch(): this {
    this.#options.board.hold(this.#options.job, () => this.#look());
    this.#look();
    return this;
  }

  async ready(signal?: AbortSignal): Promise<PodAddress> {
    if (signal === undefined) return this.#ready.promise;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([this.#ready.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  ended(): Promise<PodEnd> {
    return this.#ended.promise;
  }

  async log(): Promise<string | undefined> {
    const pod = this.#pod?.metadata?.name;
    if (pod === undefined) return undefined;
    try {
      return await readPodLog(this.#options.api, this.namespace, pod);
    } catch (error) {
      this.#options.observe({ kind: 'logs_lost', job: this.name, reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  remove(): Promise<void> {
    this.#removing ??= this.#remove().catch((error: unknown) => {
      // The next call tries again.
      this.#removing = undefined;
      throw error;
    });
    return this.#removing;
  }

  async #remove(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#settling;
    this.#options.board.leave(this.name, this.uid);
    const removed = new PodJobRemovedError(this.name);
    this.#ready.reject(removed);
    this.#ended.reject(removed);
    this.#giveRoom();
    // One that cannot be removed now is swept like any other.
    this.#options.onRemoved();
    await this.#options.api.deleteJob(this.namespace, this.name, this.uid);
  }

  #look(): void {
    if (this.#over || this.#settling !== undefined) return;
    clearTimeout(this.#timer);
    const seen = this.#options.board.view(this.name, this.uid);
    const judged = this.#judge(seen.job, seen.pod);
    if (judged.state === 'ended') {
      this.#settling = this.#settle(judged).finally(() => (this.#settling = undefined));
      return;
    }
    if (judged.state === 'running') this.#nowReady(judged.host);
    if (judged.state === 'waiting' && (judged.noPodForMs ?? 0) >= this.#askAfterMs) void this.#ask();
    if (judged.againInMs !== undefined) this.#lookIn(judged.againInMs);
  }

  #judge(job: V1Job | undefined, pod: V1Pod | undefined): Judgement {
    const podGone = pod === undefined && this.#pod !== undefined;
    if (pod !== undefined) this.#pod = pod;
    const judged = judge(
      { job, pod: this.#pod, podGone, ran: this.#ran, refusal: this.#refusal },
      this.#options.clock.now(),
      this.#options.settings.graceSeconds,
    );
    if (judged.state === 'running') this.#ran = true;
    return judged;
  }

  #nowReady(host: string): void {
    if (!this.#told) this.#options.observe({ kind: 'ready', job: this.name, waitedMs: performance.now() - this.#since });
    this.#told = true;
    this.#ready.resolve({ host, port: this.#options.settings.port });
  }

  /** Makes sure of an end, reads the log while there is one, and tells. */
  async #settle(first: End): Promise<void> {
    const sure = await this.#confirmed(first);
    if (sure === undefined) return;
    const { log, logsLost } = await this.#finalLog();
    const row = ENDS[sure.code];
    const state = containerOf(this.#pod)?.state;
    const startedAt = isoOf(state?.terminated?.startedAt ?? state?.running?.startedAt);
    const finishedAt = isoOf(state?.terminated?.finishedAt);
    const end: PodEnd = {
      failure: row.failure,
      charge: row.charge,
      code: sure.code,
      reason: sure.reason,
      logsLost,
      ...(sure.exitCode === undefined ? {} : { exitCode: sure.exitCode }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(log === undefined ? {} : { log }),
    };
    this.#over = true;
    this.#options.board.leave(this.name, this.uid);
    this.#options.observe({ kind: 'ended', job: this.name, code: end.code, reason: end.reason, ...(log === undefined ? {} : { said: log.slice(-SAID) }) });
    this.#ready.reject(new PodJobEndedError(this.name, end));
    this.#ended.resolve(end);
    this.#giveRoom();
  }

  /** What is gone may only be late on the board, and a Job says why it ended its pod a moment after it did: both are asked for once more. */
  async #confirmed(first: End): Promise<End | undefined> {
    if (!DOUBTFUL.has(first.code)) return first;
    const { api } = this.#options;
    try {
      const found = await api.readJob(this.namespace, this.name);
      const job = found?.metadata?.uid === this.uid ? found : undefined;
      const pods = await api.podsOf(this.namespace, this.uid);
      const judged = this.#judge(job, pods[0]);
      if (judged.state === 'ended') return judged;
    } catch {
      // Nothing can be seen now; the next look does.
    }
    this.#lookIn(LOOK_AGAIN_MS);
    return undefined;
  }

  async #finalLog(): Promise<{ log?: string; logsLost: boolean }> {
    const state = containerOf(this.#pod)?.state;
    if ((state?.running ?? state?.terminated ?? undefined) === undefined) return { logsLost: this.#ran };
    const log = await this.log();
    return log === undefined ? { logsLost: true } : { log, logsLost: false };
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#refusal = (await this.#options.api.refusalOf(this.namespace, this.uid)) ?? this.#refusal;
      this.#askAfterMs *= 2;
      if (this.#refusal !== undefined) this.#lookIn(0);
    } catch {
      // It stays unknown until the next look.
    } finally {
      this.#asking = false;
    }
  }

  #lookIn(ms: number): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    // A timer holds at most 2^31 ms.
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, 3_600_000));
  }

  #giveRoom(): void {
    if (!this.#free) this.#options.onFree();
    this.#free = true;
  }
}

const DOUBTFUL = new Set<End['code']>(['job_vanished', 'pod_vanished', 'pod_deleted']);
