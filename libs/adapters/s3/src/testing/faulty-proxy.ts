import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';

/** What goes wrong with one request. */
export type ProxyFault =
  /** The server says that it cannot now, and when to come back. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'denied' }
  /** The connection breaks before the request arrives. */
  | { readonly kind: 'reset' }
  /** The reply ends after so many bytes of its body. */
  | { readonly kind: 'truncated'; readonly afterBytes: number }
  /** After so many bytes of the body nothing comes any more. */
  | { readonly kind: 'silent'; readonly afterBytes: number }
  /** One bit of the body is another one. */
  | { readonly kind: 'garbled' }
  /** The request is carried out; the reply is lost. */
  | { readonly kind: 'reply-lost' };

/** An HTTP proxy in front of a real server: each request takes the next fault that is meant for it, if there is one. */
export class FaultyProxy {
  /** `METHOD PATH-WITH-QUERY` of every request that came. */
  readonly requests: string[] = [];
  readonly #faults: { readonly match: RegExp; readonly fault: ProxyFault }[] = [];
  readonly #target: URL;
  readonly #server: Server;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((incoming, reply) => this.#handle(incoming, reply));
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next requests whose `METHOD PATH-WITH-QUERY` matches meet these faults, one each. */
  next(match: RegExp, ...faults: readonly ProxyFault[]): void {
    this.#faults.push(...faults.map((fault) => ({ match, fault })));
  }

  /** Faults that no request has met. */
  get pending(): number {
    return this.#faults.length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(incoming: IncomingMessage, reply: ServerResponse): void {
    const line = `${incoming.method} ${incoming.url}`;
    this.requests.push(line);
    const index = this.#faults.findIndex(({ match }) => match.test(line));
    const fault = index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
    if (fault?.kind === 'reset') return void incoming.socket.destroy();
    if (fault?.kind === 'unavailable' || fault?.kind === 'denied') {
      incoming.resume();
      return void incoming.on('end', () => this.#refuse(fault, reply));
    }
    const outgoing = request(
      { host: this.#target.hostname, port: this.#target.port, method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false },
      (answer) => {
        if (fault?.kind === 'reply-lost') {
          answer.resume();
          return void answer.on('end', () => incoming.socket.destroy());
        }
        reply.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(spoiling(fault, incoming)).pipe(reply);
      },
    );
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  }

  #refuse(fault: ProxyFault, reply: ServerResponse): void {
    const [status, code] = fault.kind === 'denied' ? [403, 'AccessDenied'] : [503, 'SlowDown'];
    if (fault.kind === 'unavailable' && fault.retryAfterSeconds !== undefined) reply.setHeader('Retry-After', String(fault.retryAfterSeconds));
    reply.writeHead(status as number, { 'Content-Type': 'application/xml' });
    reply.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test wants it</Message></Error>`);
  }
}

/** Passes a body on, as the fault has it. */
function spoiling(fault: ProxyFault | undefined, incoming: IncomingMessage): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (fault?.kind === 'garbled' && passed === 0 && chunk.length > 0) chunk[0] = (chunk[0] ?? 0) ^ 1;
      const room = fault?.kind === 'truncated' || fault?.kind === 'silent' ? fault.afterBytes - passed : Infinity;
      passed += chunk.length;
      if (chunk.length < room) return done(null, chunk);
      this.push(chunk.subarray(0, room));
      // Neither ends nor goes on.
      if (fault?.kind === 'truncated') setImmediate(() => incoming.socket.end());
    },
  });
}
