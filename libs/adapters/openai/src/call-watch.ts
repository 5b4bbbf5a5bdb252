import { WIRE_FLOOR, type Limits } from './limits.ts';

/** The limit that ended a call. */
export type PassedLimit = 'headersMs' | 'idleMs' | 'totalMs' | 'maxReplyBytes';

/** Watches one call: its `signal` is aborted by the caller's and at a limit, and `passed` names that limit. */
export class CallWatch {
  readonly controller = new AbortController();
  passed: PassedLimit | undefined;
  /** Bytes of the reply's body that came. */
  bytes = 0;
  readonly #caller: AbortSignal;
  readonly #limits: Limits;
  readonly #total: NodeJS.Timeout;
  #silence: NodeJS.Timeout;
  readonly #stopped = () => this.controller.abort(this.#caller.reason);

  constructor(caller: AbortSignal, limits: Limits) {
    this.#caller = caller;
    this.#limits = limits;
    caller.addEventListener('abort', this.#stopped, { once: true });
    this.#total = setTimeout(() => this.pass('totalMs'), limits.totalMs);
    this.#silence = setTimeout(() => this.pass('headersMs'), limits.headersMs);
  }

  /** Ends the call at a limit. */
  pass(limit: PassedLimit): void {
    this.passed ??= limit;
    this.controller.abort();
  }

  /** The response with its body under watch; its headers came. `overhead`: bytes on the wire for a byte of the reply. */
  watched(response: Response, overhead: number): Response {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.pass('idleMs'), this.#limits.idleMs);
    const { status, headers, body } = response;
    return new Response(body === null ? null : ReadableStream.from(this.#counted(body, this.#limits.maxReplyBytes * overhead + WIRE_FLOOR)), {
      status,
      headers,
    });
  }

  /** Throws where the call ended early; the stream of the SDK ends silently then. */
  check(): void {
    this.controller.signal.throwIfAborted();
  }

  /** Gives the timers and the listener back. */
  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#silence);
    this.#caller.removeEventListener('abort', this.#stopped);
  }

  async *#counted(body: ReadableStream<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.bytes += chunk.length;
      if (this.bytes > most) this.pass('maxReplyBytes');
      this.check();
      this.#silence.refresh();
      yield chunk;
    }
  }
}
