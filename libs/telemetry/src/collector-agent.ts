import type { Agent, AgentOptions, ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';

type AgentClass = new (options: AgentOptions) => Agent;

/**
 * Makes the connections to a collector, kept between deliveries. Each delivery has so long for all of it, or its connection ends: the exporter's own
 * limit begins anew with each byte, and one that comes every second would hold it for ever (platform OB-13).
 */
export function collectorAgent(longestMs: number): (protocol: string) => Promise<Agent> {
  return async (protocol) => {
    // Not before instrumentations have seen these modules.
    const { Agent: Usual } = protocol === 'http:' ? await import('node:http') : await import('node:https');
    const Bounded = boundedAgent(Usual, longestMs);
    return new Bounded({ keepAlive: true });
  };
}

function boundedAgent(Usual: AgentClass, longestMs: number): AgentClass {
  return class extends Usual {
    readonly #limits = new WeakMap<Duplex, NodeJS.Timeout>();

    override createConnection(...args: Parameters<Agent['createConnection']>): Duplex | null | undefined {
      const socket = super.createConnection(...args);
      if (socket !== null && socket !== undefined) {
        this.#begin(socket);
        socket.once('close', () => this.#end(socket));
      }
      return socket;
    }

    override keepSocketAlive(socket: Duplex): void {
      this.#end(socket);
      return super.keepSocketAlive(socket);
    }

    override reuseSocket(socket: Duplex, request: ClientRequest): void {
      this.#begin(socket);
      super.reuseSocket(socket, request);
    }

    #begin(socket: Duplex): void {
      this.#limits.set(socket, setTimeout(() => socket.destroy(new Error(`the collector has not answered [longestMs=${longestMs}]`)), longestMs).unref());
    }

    #end(socket: Duplex): void {
      clearTimeout(this.#limits.get(socket));
    }
  };
}
