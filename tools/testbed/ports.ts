import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below the ports that Kubernetes gives to services (30000). */
const [FIRST, END] = [15_000, 30_000];
const CLAIMS = join(tmpdir(), `mle-smith-ports-${process.getuid?.() ?? ''}`);
/** So long nobody else is given a port: a server may take its time to start, or be away meanwhile. */
const CLAIMED_MS = 10 * 60_000;
const MOST_TRIES = 10_000;

/**
 * Free ports of the loopback, all different, and given to nobody else of this machine who asks here. None is of those that the kernel gives to
 * clients: one that tries again and again to reach a server that is down would be given its port, and keep the server out.
 */
export async function freePorts(count: number): Promise<number[]> {
  await mkdir(CLAIMS, { recursive: true });
  const end = await firstOfClients();
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries += 1) {
    if (tries > MOST_TRIES) throw new Error(`no port is free [from=${FIRST}, to=${end}, claims=${CLAIMS}]`);
    const port = randomInt(FIRST, end);
    if ((await claim(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/** The first port that the kernel gives to clients, where that leaves enough of ours. */
async function firstOfClients(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const first = Number.parseInt(range, 10);
  return first > FIRST + 1_000 && first < END ? first : END;
}

/** Whether a port is ours from now on. */
async function claim(port: number): Promise<boolean> {
  const file = join(CLAIMS, String(port));
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs < CLAIMED_MS) return false;
  await rm(file, { force: true });
  return writeFile(file, '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
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

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
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
