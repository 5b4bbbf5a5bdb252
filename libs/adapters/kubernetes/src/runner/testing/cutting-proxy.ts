import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { PodAddress } from '../../cluster/pod-jobs.ts';

/** After how many bytes in one direction the first connection ends. */
export interface Cut {
  readonly way: 'in' | 'out';
  readonly afterBytes: number;
}

/** Stands before a pod and ends the first connection to it in the middle of what is said. */
export class CuttingProxy {
  readonly #cut: Cut | undefined;
  readonly #sockets = new Set<Socket>();
  /** Connections so far. */
  connections = 0;

  constructor(cut?: Cut) {
    this.#cut = cut;
  }

  /** Its own address before that of a pod. */
  async before({ host, port }: PodAddress): Promise<PodAddress> {
    const server = createServer((client) => this.#join(client, connect({ host, port })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }

  /** Ends every connection; the next ones are served. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, pod: Socket): void {
    this.connections += 1;
    let left = this.connections === 1 && this.#cut !== undefined ? this.#cut.afterBytes : Infinity;
    const pass = (from: Socket, to: Socket, way: Cut['way']): void => {
      this.#sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        const counted = this.#cut?.way === way;
        if (counted && chunk.length >= left) {
          // What came so far arrives, and then the end.
          to.end(chunk.subarray(0, left));
          from.destroy();
          return;
        }
        if (counted) left -= chunk.length;
        to.write(chunk);
      });
      from.on('error', () => undefined).on('close', () => to.destroySoon());
    };
    pass(client, pod, 'in');
    pass(pod, client, 'out');
  }
}
