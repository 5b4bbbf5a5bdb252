import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_LIMITS, type Job, type JobLimits } from '@mle-smith/environment';
import { escapedLine, seccompFilter, tellsPhases, type Answer, type PooledSandbox } from '@mle-smith/environment/sandbox';
import { PodJobEndedError, type PodAddress, type PodEnd, type PodJob, type PodJobOrder, type PodJobs } from '../cluster/pod-jobs.ts';
import { json, PodChannel, PodConnectionError, PodStrangerError, PodTakenError } from './pod-channel.ts';
import { receiveAnswer } from './receive-answer.ts';
import { sendInputs, type InputFile } from './send-inputs.ts';

/** Between tries to reach a server. */
const RETRY_MS = 50;
/** Before a server that let us in and cut us off is spoken to again, at most; each time twice as long as before. */
const MOST_REST_MS = 5_000;
/** How long a pod that runs may be out of reach. */
const PATIENCE_MS = 60_000;
/** What a job may take beyond its own clock before its pod is given up: server and job share the processor time of the pod, and a job may fork all the time. */
const BACKSTOP_MS = 30_000;
/** How long emptying the scratch may take. */
const EMPTYING_MS = 60_000;
/** How often inputs are sent again to a pod that did not get all of them. */
const SENDINGS = 3;
/** Processors as `uname -m` and as Node name them. */
const PROCESSORS: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64' };

/** When a pod was where, in milliseconds since the job asked for one. */
export interface PodTimes {
  created?: number;
  running?: number;
  connected?: number;
  sent?: number;
  answered?: number;
  /** Outputs are in the store. */
  collected?: number;
  /** The pod is gone, or empty and ready for another job. */
  removed?: number;
}

/** A pod as a sandbox. */
export class PodSandbox implements PooledSandbox {
  readonly times: PodTimes = {};
  readonly #pods: PodJobs;
  readonly #order: PodJobOrder;
  readonly #token: string;
  readonly #holder: string;
  readonly #useMs: number;
  readonly #began = performance.now();
  #job: PodJob | undefined;
  #address: PodAddress | undefined;
  #channel: PodChannel | undefined;
  #end: PodEnd | undefined;
  /** The job whose answer the pod keeps for us. */
  #kept: string | undefined;
  #jobs = 0;
  #closed = false;
  #taken = false;

  /** `useSeconds`: how long after its container began to run it takes jobs. */
  constructor(pods: PodJobs, order: PodJobOrder, token: string, holder: string, useSeconds: number) {
    this.#pods = pods;
    this.#order = order;
    this.#token = token;
    this.#holder = holder;
    this.#useMs = useSeconds * 1_000;
  }

  get alive(): boolean {
    return (
      !this.#closed && this.#end === undefined && this.#channel?.open === true && performance.now() - this.#began - (this.times.running ?? 0) < this.#useMs
    );
  }

  get jobs(): number {
    return this.#jobs;
  }

  /** What the kernel and the container of this pod cannot keep jobs from. */
  get gaps(): readonly string[] {
    const { gaps = [], machine = '' } = this.#channel?.welcome ?? {};
    return filterFor(machine) === undefined ? [...gaps, `no system call filter for this processor (${machine})`] : gaps;
  }

  /** Waits until a pod runs and its server was spoken to. Throws what `PodJobs` throws, and `PodConnectionError`. */
  async ready(signal?: AbortSignal): Promise<void> {
    this.#job = await this.#pods.start(this.#order, signal);
    this.mark('created');
    this.#job.ended().then(
      (end) => {
        this.#end = end;
        this.#channel?.close();
      },
      () => undefined,
    );
    this.#address = await this.#job.ready(signal);
    this.mark('running');
    await this.#reach(signal);
    this.mark('connected');
  }

  /**
   * Has one job run, or takes up one that the pod has already; undefined when it did not end in time. Throws
   * `PodJobEndedError`, `PodConnectionError`, `PodTakenError`, and what the store says of inputs.
   */
  async serve(job: Job, id: string, files: readonly InputFile[], signal?: AbortSignal): Promise<Answer | undefined> {
    this.#jobs += 1;
    const limits = { ...DEFAULT_LIMITS, ...job.limits };
    let overdue = false;
    let timer: NodeJS.Timeout | undefined;
    const cut = (): void => this.#channel?.close();
    signal?.addEventListener('abort', cut, { once: true });
    try {
      for (let sendings = 0, restMs = RETRY_MS; ; restMs = Math.min(2 * restMs, MOST_REST_MS)) {
        const channel = await this.#reach(signal);
        // Whoever cut while there was no connection could not cut this one.
        signal?.throwIfAborted();
        if (overdue) return undefined;
        const { state, id: its } = channel.welcome;
        try {
          if (this.#kept === undefined && state === 'empty') {
            if ((sendings += 1) > SENDINGS) throw new PodConnectionError(this.#name, `its inputs were sent ${SENDINGS} times and never arrived`);
            await sendInputs(files, (bytes) => channel.send(bytes));
            await channel.send(`${JSON.stringify({ order: orderFor(job, id, limits, channel.welcome.machine) })}\n`);
            this.mark('sent');
          } else if (this.#kept === undefined && its !== id) throw new PodStrangerError(this.#name, 'the pod has another job');
          this.#kept = id;
          timer ??= setTimeout(() => {
            overdue = true;
            cut();
          }, limits.wallMs + BACKSTOP_MS);
          const answer = await receiveAnswer(channel.frames, id, limits, job.outputs ?? []);
          if (answer !== undefined) {
            this.mark('answered');
            return answer;
          }
        } catch (error) {
          if (!(error instanceof PodConnectionError) || sendings > SENDINGS) throw error;
          const refused = await refusalOf(channel);
          if (refused !== undefined) throw new InputsRefusedError(this.#name, refused);
        }
        // What the server has, it says to whoever comes again.
        this.#kept = undefined;
        channel.close();
        await rested(restMs, signal);
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cut);
    }
  }

  async emptied(): Promise<boolean> {
    const channel = this.#channel;
    if (this.#kept === undefined || channel === undefined) return this.alive;
    const timer = setTimeout(() => channel.close(), EMPTYING_MS);
    try {
      await channel.send(`${JSON.stringify({ ack: this.#kept })}\n`);
      this.#kept = undefined;
      const line = await channel.frames.line(1_000);
      return line !== undefined && (JSON.parse(line) as { clean: boolean }).clean && this.alive;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the pod that lives has logged so far; undefined where that cannot be read. */
  async log(): Promise<string | undefined> {
    return this.#job?.log();
  }

  /** Removes the pod, but for one that another process has taken over. What the cluster does not take now, its sweep of orphans does. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#channel?.close();
    if (!this.#taken) await this.#job?.remove().catch(() => undefined);
  }

  /** A connection that stands. */
  async #reach(signal?: AbortSignal): Promise<PodChannel> {
    if (this.#channel?.open === true) return this.#channel;
    const address = this.#address;
    if (address === undefined) throw new PodConnectionError(this.#name, 'the pod has no address');
    for (const until = performance.now() + PATIENCE_MS; ;) {
      signal?.throwIfAborted();
      if (this.#end !== undefined) throw new PodJobEndedError(this.#name, this.#end);
      try {
        // The life of a channel's welcome: it says how things stood when it was made.
        return (this.#channel = await PodChannel.open(this.#name, address, this.#token, this.#holder));
      } catch (error) {
        this.#taken ||= error instanceof PodTakenError;
        if (!(error instanceof PodConnectionError) || performance.now() > until) throw error;
      }
      await rested(RETRY_MS, signal);
    }
  }

  get #name(): string {
    return this.#job?.name ?? this.#order.key;
  }

  /** Notes that a step is over. */
  mark(step: keyof PodTimes): void {
    this.times[step] = Math.round(performance.now() - this.#began);
  }
}

/** Resolves after a time, or when the signal aborts. */
async function rested(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** A pod did not take what a job is to find below /input. */
export class InputsRefusedError extends Error {
  readonly code = 'pod_inputs_refused';
  constructor(job: string, what: string) {
    super(`the pod does not take its inputs: ${what} [job=${job}]`);
    this.name = new.target.name;
  }
}

/** Why a server cut a connection while it was sent something, where it said so. */
async function refusalOf(channel: PodChannel): Promise<string | undefined> {
  const line = await channel.frames.line(2_000).catch(() => undefined);
  const refused = line === undefined ? undefined : (json(line) as { refused?: unknown } | undefined)?.refused;
  return typeof refused === 'string' ? escapedLine(refused) : undefined;
}

function orderFor(job: Job, id: string, limits: JobLimits, machine: string): object {
  const filter = filterFor(machine);
  return {
    id,
    run: job.run,
    environment: job.environment ?? {},
    outputs: job.outputs ?? [],
    phases: tellsPhases(job),
    limits: { ...limits, watchMemory: true },
    ...(filter === undefined ? {} : { seccomp: Buffer.from(filter).toString('base64') }),
  };
}

function filterFor(machine: string): Uint8Array | undefined {
  return seccompFilter(PROCESSORS[machine] ?? '', { offline: false });
}
