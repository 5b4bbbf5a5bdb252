import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Isolation } from '@mle-smith/contracts';
import { PodJobEndedError, type PodAddress, type PodEnd, type PodJob, type PodJobOrder, type PodJobs } from '../../cluster/pod-jobs.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..', '..', '..');
const SOURCES = join(REPOSITORY, 'libs', 'mle-env', 'src');

/** A pod's server as a process of this machine. */
interface Server {
  readonly child: ChildProcess;
  readonly address: Promise<PodAddress>;
  readonly ended: Promise<PodEnd>;
  readonly folder: string;
}

/** PodJobs without a cluster: each server is a plain process on the loopback interface, which outlives whoever asked for it until it is removed. */
export class LocalPodJobs implements PodJobs {
  readonly orders: PodJobOrder[] = [];
  readonly #servers = new Map<string, Server>();
  readonly #way: (address: PodAddress) => Promise<PodAddress>;
  readonly #inputMb: number;

  /** `way`: where a server is to be reached, given where it listens; `inputMb`: what a pod holds of inputs whose order does not say. */
  constructor(way: (address: PodAddress) => Promise<PodAddress> = (address) => Promise.resolve(address), inputMb = 4_096) {
    this.#way = way;
    this.#inputMb = inputMb;
  }

  async start(order: PodJobOrder): Promise<PodJob> {
    this.orders.push(order);
    const before = this.#servers.get(order.key);
    const server = before ?? (await begin(order));
    this.#servers.set(order.key, server);
    return {
      name: order.key,
      namespace: order.zone,
      adopted: before !== undefined,
      ready: () =>
        Promise.race([
          server.address.then(this.#way),
          server.ended.then((end) => {
            throw new PodJobEndedError(order.key, end);
          }),
        ]),
      ended: () => server.ended,
      log: () => Promise.resolve(undefined),
      remove: () => this.#remove(order.key),
    };
  }

  inputMb(): number {
    return this.#inputMb;
  }

  isolation(): Isolation {
    return { kind: 'none', gaps: ['pods are plain processes'] };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((key) => this.#remove(key)));
  }

  /** Keys of servers that were not removed. */
  get left(): string[] {
    return [...this.#servers.keys()];
  }

  /** Kills a server as a node that is lost would. */
  kill(key: string): void {
    this.#servers.get(key)?.child.kill('SIGKILL');
  }

  /** Whether the server of this key has ended. */
  dead(key: string): boolean {
    const { exitCode, signalCode } = this.#servers.get(key)?.child ?? { exitCode: null, signalCode: null };
    return exitCode !== null || signalCode !== null;
  }

  /** Whether something lies below the folder of this key's server. */
  sees(key: string, path: string): boolean {
    const server = this.#servers.get(key);
    return server !== undefined && existsSync(join(server.folder, path));
  }

  /** Puts an empty file into the output folder of a job. */
  put(key: string, name: string): void {
    const server = this.#servers.get(key);
    if (server !== undefined) writeFileSync(join(server.folder, 'output', name), '');
  }

  async #remove(key: string): Promise<void> {
    const server = this.#servers.get(key);
    this.#servers.delete(key);
    if (server === undefined) return;
    server.child.kill('SIGKILL');
    await server.ended;
    await rm(server.folder, { recursive: true, force: true });
  }
}

async function begin(order: PodJobOrder): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-pod-'));
  const python = process.env['MLE_SMITH_PYTHON'] ?? join(REPOSITORY, '.cache', 'venv', 'bin', 'python');
  const child = spawn(python, ['-P', '-s', join(SOURCES, 'mle_env', 'server', 'listen.py'), SOURCES, folder], {
    cwd: folder,
    env: { ...order.environment, MLE_ENV_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = Promise.withResolvers<PodAddress>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = /^listening on port (\d+)$/.exec(line)?.[1];
    if (told !== undefined) port.resolve({ host: '127.0.0.1', port: Number(told) });
  });
  const ended = new Promise<PodEnd>((resolve) =>
    child.once('exit', (code) =>
      resolve(
        code === 0
          ? { failure: 'none', code: 'exited', charge: 'none', reason: 'the server ended', exitCode: 0, logsLost: true }
          : { failure: 'infra', code: 'pod_vanished', charge: 'infra', reason: 'the server was killed', logsLost: true },
      ),
    ),
  );
  return { child, address: port.promise, ended, folder };
}
