import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

/** What goes wrong with one request. */
export type ApiFaultOfWay =
  /** Answered in the server's place. */
  | { readonly kind: 'answer'; readonly status: number; readonly reason?: string; readonly message?: string; readonly retryAfterSeconds?: number }
  /** The connection breaks before the request arrives. */
  | { readonly kind: 'reset' }
  /** The request is carried out; the reply is lost. */
  | { readonly kind: 'reply-lost' }
  /** The request is carried out; nobody hears of it until `release` ends the connection. */
  | { readonly kind: 'reply-held' }
  /** The reply ends after so many bytes of its body. */
  | { readonly kind: 'truncated'; readonly afterBytes: number }
  /** The request waits for `release`, and is dropped where its caller is gone by then. */
  | { readonly kind: 'held' };

/** Stands before a real API server, speaks plain HTTP to its client, and does to requests what networks and overloaded servers do. */
export class FaultyApi {
  /** `METHOD path?query` of each request, in order. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #config: KubeConfig;
  readonly #rules: { readonly match: RegExp; readonly body: RegExp; readonly faults: ApiFaultOfWay[] }[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<ServerResponse>();
  #held: (() => void)[] = [];
  #turnedAway = 0;
  #open = true;
  #folder = '';

  private constructor(config: KubeConfig) {
    this.#config = config;
    this.#server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));
    this.#server.on('connection', (socket) => {
      if (!this.#open) {
        this.#turnedAway += 1;
        return void socket.destroy();
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async before(kubeconfigFile: string): Promise<FaultyApi> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigFile);
    const api = new FaultyApi(config);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    api.#folder = await mkdtemp(join(tmpdir(), 'faulty-api-'));
    await writeFile(api.kubeconfigFile, JSON.stringify(api.#ownConfig()));
    return api;
  }

  /** Leads through here. */
  get kubeconfigFile(): string {
    return join(this.#folder, 'kubeconfig');
  }

  /** The next requests that fit meet these faults, one each. */
  next(match: RegExp, ...faults: ApiFaultOfWay[]): void {
    this.#rules.push({ match, body: /^/, faults });
  }

  /** The same for requests whose body fits as well. */
  nextOf(match: RegExp, body: RegExp, ...faults: ApiFaultOfWay[]): void {
    this.#rules.push({ match, body, faults });
  }

  /** How many faults nobody met yet. */
  get pending(): number {
    return this.#rules.reduce((sum, { faults }) => sum + faults.length, 0);
  }

  forget(): void {
    this.#rules.length = 0;
  }

  /** Ends every connection and takes none until `heal`. */
  cut(): void {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  heal(): void {
    this.#open = true;
  }

  dropWatches(): void {
    for (const watch of this.#watches) watch.destroy();
  }

  /** Connections that were asked for while it was cut. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Requests and replies that are held back now. */
  get held(): number {
    return this.#held.length;
  }

  release(): void {
    for (const go of this.#held) go();
    this.#held = [];
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }

  #ownConfig(): object {
    const server = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'faulty',
      // The client refuses plain HTTP without it.
      clusters: [{ name: 'faulty', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'faulty', context: { cluster: 'faulty', user: 'nobody' } }],
    };
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const line = `${incoming.method} ${incoming.url}`;
    this.requests.push(line);
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const fault = this.#faultFor(line, body.toString());
    if (fault?.kind === 'reset') return void outgoing.destroy();
    if (fault?.kind === 'answer') return answer(outgoing, fault);
    if (fault?.kind === 'held') {
      await this.#released();
      if (outgoing.destroyed) return;
    }
    await this.#forward(incoming, body, outgoing, fault);
  }

  #released(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }

  #faultFor(line: string, text: string): ApiFaultOfWay | undefined {
    return this.#rules.find(({ match, body, faults }) => faults.length > 0 && match.test(line) && body.test(text))?.faults.shift();
  }

  async #forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, fault: ApiFaultOfWay | undefined): Promise<void> {
    const url = new URL(`${this.#config.getCurrentCluster()?.server}${incoming.url}`);
    const options: Parameters<typeof request>[1] = { method: incoming.method, headers: { ...incoming.headers, host: url.host } };
    await this.#config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    const upstream = request(url, options, (reply) => {
      if (fault?.kind === 'reply-lost') return void outgoing.destroy();
      if (fault?.kind === 'reply-held') return void this.#released().then(() => outgoing.destroy());
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      if (url.searchParams.has('watch')) {
        this.#watches.add(outgoing);
        outgoing.flushHeaders();
      }
      let left = fault?.kind === 'truncated' ? fault.afterBytes : Infinity;
      reply.on('data', (bytes: Buffer) => {
        const ends = bytes.length >= left;
        outgoing.write(bytes.subarray(0, left), () => {
          if (ends) outgoing.destroy();
        });
        left -= bytes.length;
      });
      reply.on('end', () => {
        if (left > 0) outgoing.end();
      });
      reply.on('error', () => outgoing.destroy());
    });
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => {
      this.#watches.delete(outgoing);
      upstream.destroy();
    });
    upstream.end(body);
  }
}

function answer(outgoing: ServerResponse, fault: Extract<ApiFaultOfWay, { kind: 'answer' }>): void {
  const { status, reason = '', message = 'of the test', retryAfterSeconds } = fault;
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  outgoing.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status }));
}
