import { ApiException, IsomorphicFetchHttpLibrary, Observable, type ConfigurationOptions, type RequestContext } from '@kubernetes/client-node';
import { faultOf, type ApiFault } from './api-fault.ts';
import { Places, TokenBucket } from './call-limits.ts';
import { ClusterRefusedError, ClusterUnreachableError } from './cluster-errors.ts';
import type { Observe } from './notices.ts';
import { DEFAULT_RETRIES, pauseMs, type RetryPolicy } from './retry.ts';
import type { ServerClock } from './server-clock.ts';

/** An answer that the caller of an operation decides on. */
export class ApiAnswer extends Error {
  readonly fault: Extract<ApiFault, { kind: 'missing' | 'exists' | 'quota' }>;
  constructor(fault: Extract<ApiFault, { kind: 'missing' | 'exists' | 'quota' }>, options?: { cause?: unknown }) {
    super(fault.said, options);
    this.name = new.target.name;
    this.fault = fault;
  }
}

/** Places of their own, so that no kind of call can hold up another: the one that frees room must get through when all else waits. */
export type Lane = 'create' | 'delete' | 'read';
const LANES: Readonly<Record<Lane, number>> = { create: 8, delete: 8, read: 8 };
const CALLS_PER_SECOND = 20;
const CALL_BURST = 30;

export interface ApiCallsOptions {
  /** For messages. */
  readonly server: string;
  readonly clock: ServerClock;
  readonly observe: Observe;
  /** No call takes longer, ms. */
  readonly callMs: number;
  readonly retries: Partial<RetryPolicy>;
}

/** The one place through which every call goes: limited, timed, repeated where a fault passes, and told in our words where it does not (platform KJ-4, KJ-13). */
export class ApiCalls {
  readonly retries: RetryPolicy;
  readonly #options: ApiCallsOptions;
  readonly #bucket: TokenBucket;
  readonly #lanes: Readonly<Record<Lane, Places>>;
  readonly #library = new IsomorphicFetchHttpLibrary();

  constructor(options: ApiCallsOptions) {
    this.#options = options;
    this.retries = { ...DEFAULT_RETRIES, ...options.retries };
    this.#bucket = new TokenBucket(CALLS_PER_SECOND, CALL_BURST, () => performance.now(), this.retries.rest);
    this.#lanes = { create: new Places(LANES.create), delete: new Places(LANES.delete), read: new Places(LANES.read) };
  }

  /**
   * Calls until there is an answer or `attempts` are used up. Throws `ApiAnswer`, `ClusterRefusedError`,
   * `ClusterUnreachableError` and the signal's reason.
   */
  async run<Result>(
    operation: string,
    lane: Lane,
    call: (options: ConfigurationOptions, signal: AbortSignal) => Promise<Result>,
    { signal, attempts = this.retries.attempts }: { readonly signal?: AbortSignal | undefined; readonly attempts?: number } = {},
  ): Promise<Result> {
    for (let number = 1; ; number += 1) {
      signal?.throwIfAborted();
      try {
        return await this.#once(operation, lane, call, signal);
      } catch (error) {
        signal?.throwIfAborted();
        const fault = faultOf(error);
        if (fault === undefined) throw error;
        if (fault.kind === 'refused') throw new ClusterRefusedError(operation, this.#options.server, fault.status, fault.said, { cause: causeOf(error) });
        if (fault.kind !== 'passing') throw new ApiAnswer(fault, { cause: causeOf(error) });
        if (number >= attempts)
          throw new ClusterUnreachableError(operation, this.#options.server, fault.reason, { cause: causeOf(error), retryAfterMs: fault.retryAfterMs });
        await this.retries.rest(pauseMs(this.retries, number, fault.retryAfterMs), signal);
      }
    }
  }

  /** A token and nothing else: for requests that stay open. */
  async turn(): Promise<void> {
    await this.#bucket.take();
  }

  async #once<Result>(
    operation: string,
    lane: Lane,
    call: (options: ConfigurationOptions, signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const free = await this.#lanes[lane].take(signal);
    try {
      await this.#bucket.take();
      const limit = AbortSignal.timeout(this.#options.callMs);
      const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      const began = performance.now();
      const told = (failed?: { readonly kind: 'passing' | 'refused'; readonly code: string }): void => {
        const how = failed === undefined ? ({ outcome: 'answered' } as const) : { outcome: failed.kind, code: failed.code };
        this.#options.observe({ kind: 'called', operation, ...how, durationMs: performance.now() - began });
      };
      try {
        const result = await call({ httpApi: { send: (request) => this.#send(request, either) } }, either);
        told();
        return result;
      } catch (error) {
        const fault = faultOf(error);
        told(fault?.kind === 'passing' || fault?.kind === 'refused' ? fault : undefined);
        // What an aborted call throws differs from layer to layer.
        throw limit.aborted ? (limit.reason as Error) : error;
      }
    } finally {
      free();
    }
  }

  /** The client knows no signals; its requests do. */
  #send(request: RequestContext, signal: AbortSignal): ReturnType<IsomorphicFetchHttpLibrary['send']> {
    request.setSignal(signal);
    const sent = performance.now();
    const reply = this.#library.send(request).toPromise();
    return new Observable(
      reply.then((context) => {
        this.#options.clock.told(context.headers['date'], performance.now() - sent);
        return context;
      }),
    );
  }
}

/** The client's exceptions hold bodies and headers in their message: neither belongs into logs. */
function causeOf(error: unknown): unknown {
  return error instanceof ApiException ? undefined : error;
}
