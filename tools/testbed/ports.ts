import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

/** Free ports of the loopback, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A port of the loopback that nobody listens on. */
export async function closedPort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** The port that an earlier start in this folder had, else a free one: a server that starts again keeps its address. */
export async function keptPort(run: string): Promise<number> {
  const file = join(run, 'port');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return Number(known);
  const port = await closedPort();
  await writeFile(file, String(port));
  return port;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Whether something listens at `host:port`. */
export function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return connects({ host: hostname, port: Number(port) });
}

/** Whether something listens at the socket of this path. */
export function listensAt(path: string): Promise<boolean> {
  return connects({ path });
}

function connects(target: { readonly host: string; readonly port: number } | { readonly path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: 2_000 });
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket
      .once('connect', () => answer(true))
      .once('error', () => answer(false))
      .once('timeout', () => answer(false));
  });
}
