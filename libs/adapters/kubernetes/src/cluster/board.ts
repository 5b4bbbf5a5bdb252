import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Change, ClusterApi } from './cluster-api.ts';
import { ClusterUnreachableError } from './cluster-errors.ts';
import { LABELS } from './names.ts';
import type { Observe } from './notices.ts';
import { pauseMs } from './retry.ts';

export interface BoardOptions {
  readonly api: ClusterApi;
  readonly namespace: string;
  readonly labelSelector: string;
  /** Time between full lists at most. */
  readonly listMs: number;
  readonly observe: Observe;
  /** After each full list. */
  readonly onList: (jobs: readonly V1Job[]) => void;
}

/** What the board shows of one Job. */
export interface BoardView {
  readonly job: V1Job | undefined;
  readonly pod: V1Pod | undefined;
}

interface Holder {
  readonly uid: string;
  readonly look: () => void;
}

/** A watch that ends sooner than this brought nothing. */
const SHORT_MS = 5_000;

/**
 * All Jobs and pods of this installation in one namespace, as full lists show them; what is watched makes it sooner (platform KJ-3).
 * One loop, one step at a time: list, watch until that ends or is due, again. It never gives up, which the client's informer does.
 */
export class Board {
  readonly #options: BoardOptions;
  readonly #jobs = new Map<string, { readonly job: V1Job; readonly at: number }>();
  /** Job uid → pod name → pod. */
  readonly #pods = new Map<string, Map<string, V1Pod>>();
  readonly #holders = new Map<string, Holder>();
  #versions = { jobs: '', pods: '' };
  #wake = Promise.withResolvers<void>();
  #watching = false;
  #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    await this.#loop;
  }

  /** Shows a Job that was just created or read, and calls `look` whenever something of it may have changed, until `leave`. */
  hold(job: V1Job, look: () => void): void {
    const name = nameOf(job);
    this.#jobs.set(name, { job, at: performance.now() });
    this.#holders.set(name, { uid: uidOf(job), look });
    if (!this.#watching) this.#wake.resolve();
  }

  leave(name: string, uid: string): void {
    if (this.#holders.get(name)?.uid === uid) this.#holders.delete(name);
  }

  view(name: string, uid: string): BoardView {
    const job = this.#jobs.get(name)?.job;
    return { job: job !== undefined && uidOf(job) === uid ? job : undefined, pod: newest(this.#pods.get(uid)?.values()) };
  }

  async #run(): Promise<void> {
    const { retries } = this.#options.api.calls;
    let faults = 0;
    let silentSince = performance.now();
    let shorts = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#list();
      } catch (error) {
        faults += 1;
        if (faults === 1) this.#options.observe({ kind: 'list_failed', namespace: this.#options.namespace, error });
        await this.#pause(pauseMs(retries, faults, error instanceof ClusterUnreachableError ? error.retryAfterMs : 0));
        continue;
      }
      if (faults > 0) this.#options.observe({ kind: 'list_recovered', namespace: this.#options.namespace, silentMs: performance.now() - silentSince });
      faults = 0;
      silentSince = performance.now();
      const short = this.#holders.size === 0 ? await this.#idle() : await this.#watch();
      shorts = short ? shorts + 1 : 0;
      if (shorts > 0) await this.#pause(pauseMs(retries, shorts));
    }
  }

  /** Replaces what is shown. */
  async #list(): Promise<void> {
    const { api, namespace, labelSelector } = this.#options;
    const began = performance.now();
    const jobs = await api.listJobs(namespace, labelSelector);
    const pods = await api.listPods(namespace, labelSelector);
    if (this.#stopping.signal.aborted) return;
    const listed = new Map(jobs.items.map((job) => [nameOf(job), job]));
    // One that was shown since may be too new for the list.
    for (const [name, { at }] of this.#jobs) if (!listed.has(name) && at < began) this.#jobs.delete(name);
    for (const [name, job] of listed) this.#jobs.set(name, { job, at: began });
    this.#pods.clear();
    for (const pod of pods.items) this.#showPod(pod);
    this.#versions = { jobs: jobs.version, pods: pods.version };
    for (const { look } of this.#holders.values()) look();
    this.#options.onList(jobs.items);
  }

  /** Waits for somebody to hold something. */
  async #idle(): Promise<false> {
    await this.#pause(this.#options.listMs);
    return false;
  }

  /** Watches until a watch ends or a list is due; tells whether it ended at once, so that a server that refuses to be watched is not asked all the time. */
  async #watch(): Promise<boolean> {
    const { api, namespace, labelSelector, listMs } = this.#options;
    const began = performance.now();
    const end = new AbortController();
    this.#watching = true;
    const kinds = ['jobs', 'pods'] as const;
    const watches = kinds.map((kind) => api.watch(kind, namespace, labelSelector, this.#versions[kind], (change) => this.#apply(kind, change), end.signal));
    const due = Promise.withResolvers<void>();
    const timer = setTimeout(due.resolve, listMs);
    const stop = (): void => due.resolve();
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    await Promise.race([...watches, due.promise]);
    clearTimeout(timer);
    this.#stopping.signal.removeEventListener('abort', stop);
    end.abort();
    this.#watching = false;
    await Promise.all(watches);
    return performance.now() - began < Math.min(SHORT_MS, listMs);
  }

  #apply(kind: 'jobs' | 'pods', { type, object }: Change): void {
    if (kind === 'jobs') {
      const job = object as V1Job;
      const name = nameOf(job);
      const shown = this.#jobs.get(name)?.job;
      if (type !== 'DELETED') this.#jobs.set(name, { job, at: performance.now() });
      else if (shown !== undefined && uidOf(shown) === uidOf(job)) this.#jobs.delete(name);
      this.#holders.get(name)?.look();
      return;
    }
    const pod = object as V1Pod;
    const holder = this.#holders.get(pod.metadata?.labels?.[LABELS.jobName] ?? '');
    const look = holder?.uid === jobUidOf(pod) ? holder.look : (): void => undefined;
    this.#showPod(pod);
    look();
    if (type !== 'DELETED') return;
    // The last event of a pod may be the only one that shows how it ended: it was looked at before the pod is forgotten.
    this.#pods.get(jobUidOf(pod))?.delete(pod.metadata?.name ?? '');
    look();
  }

  #showPod(pod: V1Pod): void {
    const uid = jobUidOf(pod);
    const pods = this.#pods.get(uid) ?? new Map<string, V1Pod>();
    pods.set(pod.metadata?.name ?? '', pod);
    this.#pods.set(uid, pods);
  }

  /** Rests, or until it is woken. */
  async #pause(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), ms);
    await this.#wake.promise;
    clearTimeout(timer);
    if (!this.#stopping.signal.aborted) this.#wake = Promise.withResolvers<void>();
  }
}

function nameOf(job: V1Job): string {
  return job.metadata?.name ?? '';
}

function uidOf(job: V1Job): string {
  return job.metadata?.uid ?? '';
}

function jobUidOf(pod: V1Pod): string {
  return pod.metadata?.labels?.[LABELS.jobUid] ?? '';
}

function newest(pods: Iterable<V1Pod> | undefined): V1Pod | undefined {
  let last: V1Pod | undefined;
  const at = (pod: V1Pod): number => new Date(pod.metadata?.creationTimestamp ?? 0).getTime();
  for (const pod of pods ?? []) if (last === undefined || at(pod) >= at(last)) last = pod;
  return last;
}
