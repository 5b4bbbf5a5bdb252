import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, on the loopback unless it is told otherwise, and does to their connections what networks do. */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;
  #losing: { readonly text: string; times: number } | undefined;
  #holding: { readonly text: string; readonly part: 'request' | 'answer'; readonly held: () => void } | undefined;
  #lost = 0;
  #slowMs = 0;
  #resetEach = Infinity;
  #requests = 0;

  private constructor(target: string) {
    const { hostname, port } = new URL(`tcp://${target}`);
    this.#target = { host: hostname, port: Number(port) };
    this.#server = createServer((client) => this.#join(client));
  }

  /** A proxy before a server at `host:port`; on a free port of the loopback, or where `at` says. Throws where it cannot listen there. */
  static async before(target: string, at: { readonly host: string; readonly port?: number } = { host: '127.0.0.1' }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject).listen(at.port ?? 0, at.host, resolve);
    await promise;
    return proxy;
  }

  /** `host:port` for the client. */
  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** How many answers were lost so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Ends every connection; the next ones are served. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends every connection and serves none until `heal`. */
  cut(): void {
    this.#open = false;
    this.reset();
  }

  heal(): void {
    this.#open = true;
    this.#losing = undefined;
    this.#slowMs = 0;
    this.#resetEach = Infinity;
  }

  /** The next requests that hold this text reach the server; their connections end before the answer comes back. */
  loseAnswersTo(text: string, times = 1): void {
    this.#losing = { text, times };
  }

  /** Every answer comes so many ms later. */
  slow(ms: number): void {
    this.#slowMs = ms;
  }

  /** One in so many requests ends its connection instead of reaching the server. */
  resetEach(requests: number): void {
    this.#resetEach = requests;
  }

  /** Holds back the next request that holds this text, before it reaches the server, or the answer to it; resolves then. Its connection says nothing more. */
  holdNext(text: string, part: 'request' | 'answer'): Promise<void> {
    return new Promise((held) => (this.#holding = { text, part, held }));
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    if (!this.#open) return void client.destroy();
    const server = connect(this.#target);
    let deaf = false;
    let mute = false;
    let held: (() => void) | undefined;
    client.on('data', (bytes) => {
      this.#requests += 1;
      if (this.#requests % this.#resetEach === 0) return void client.destroy();
      const holding = this.#holding;
      if (holding !== undefined && bytes.includes(holding.text)) {
        this.#holding = undefined;
        if (holding.part === 'request') mute = true;
        held = holding.held;
        if (mute) held();
      }
      if (mute) return;
      const losing = this.#losing;
      if (losing !== undefined && losing.times > 0 && bytes.includes(losing.text)) {
        losing.times -= 1;
        this.#lost += 1;
        deaf = true;
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (held !== undefined) return held();
      const answer = (): void => void (deaf ? client.destroy() : client.write(bytes));
      if (this.#slowMs > 0) setTimeout(answer, this.#slowMs).unref();
      else answer();
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
