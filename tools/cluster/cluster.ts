import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIPELINE } from '@mle-smith/contracts';
import { prepareServers, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import type { MissingServer, RunningServer } from '../testbed/server-recipe.ts';
import { serverFor } from '../testbed/server-for.ts';
import { startService, type ServiceProcess } from './service-process.ts';

/** The stations, in the order of the pipeline. */
export const STATIONS: readonly string[] = [...new Set(PIPELINE.map((row) => row.app))];

/** A server that a cluster needs is not there. */
export class ServerMissingError extends Error {
  readonly code = 'server_missing';
  constructor(name: string, reason: string) {
    super(`a cluster needs a server that cannot be had here [server=${name}]: ${reason}`);
    this.name = new.target.name;
  }
}

/**
 * Settings for an installation of its own on the servers of the test bed: another database, bucket and prefix of topics
 * for each name. Throws `ServerMissingError`.
 */
export async function settingsOn(name: string): Promise<Readonly<Record<string, string>>> {
  const [kafka, mongo, s3] = await Promise.all(['kafka', 'mongo', 's3'].map(async (server) => needed(server, await serverFor(server))));
  const workDirectory = await mkdtemp(join(tmpdir(), `mle-smith-${name}-`));
  return {
    KAFKA_BROKERS: kafka?.address ?? '',
    KAFKA_TOPIC_PREFIX: `${name}.`,
    MONGODB_URI: withDatabase(mongo?.address ?? '', name),
    S3_ENDPOINT: s3?.address ?? '',
    S3_BUCKET: name,
    AWS_ACCESS_KEY_ID: s3?.details['accessKey'] ?? '',
    AWS_SECRET_ACCESS_KEY: s3?.details['secretKey'] ?? '',
    MLE_SMITH_HOST: '127.0.0.1',
    MLE_SMITH_PORT: '0',
    MLE_SMITH_METRICS_HOST: '127.0.0.1',
    MLE_SMITH_METRICS_PORT: '0',
    MLE_SMITH_WORK_DIRECTORY: workDirectory,
  };
}

/** A name that no other installation has. */
export function newName(): string {
  return `mls-${randomUUID().slice(0, 8)}`;
}

/** All stations on one set of servers. */
export class Cluster {
  readonly settings: Readonly<Record<string, string>>;
  readonly services = new Map<string, ServiceProcess>();
  readonly #onLine: (app: string, line: string) => void;

  private constructor(settings: Readonly<Record<string, string>>, onLine: (app: string, line: string) => void) {
    this.settings = settings;
    this.#onLine = onLine;
  }

  /** Prepares the servers. Nothing runs yet. */
  static async open(settings: Readonly<Record<string, string>>, onLine: (app: string, line: string) => void = () => undefined): Promise<Cluster> {
    await prepareServers(readConfig(SERVER_SETTINGS, settings, Object.keys(settings)));
    return new Cluster(settings, onLine);
  }

  /** Starts some services (a name may hold a replica: `design#2`) and waits until they are ready. */
  async start(names: readonly string[] = STATIONS, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = names.map((name) => {
      const app = name.replace(/#.*$/, '');
      // Each process has a folder of its own: a start empties that of sandboxes.
      const own = { MLE_SMITH_INSTANCE: name, MLE_SMITH_WORK_DIRECTORY: join(this.settings['MLE_SMITH_WORK_DIRECTORY'] ?? '', name) };
      const service = startService(app, { ...this.settings, ...own, ...more }, (line) => this.#onLine(name, line));
      this.services.set(name, service);
      return service.said('service.ready');
    });
    await Promise.all(started);
  }

  /** Ends some services and gives their exit codes. */
  async stop(names: readonly string[] = [...this.services.keys()], signal: NodeJS.Signals = 'SIGTERM'): Promise<readonly (number | null)[]> {
    return Promise.all(
      names.map(async (name) => {
        const service = this.services.get(name);
        this.services.delete(name);
        service?.child.kill(signal);
        return (await service?.ended)?.code ?? null;
      }),
    );
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.settings['MLE_SMITH_WORK_DIRECTORY'] ?? '', { recursive: true, force: true });
  }
}

function needed(name: string, server: RunningServer | MissingServer): RunningServer {
  if ('missing' in server) throw new ServerMissingError(name, server.missing);
  return server;
}

/** The address of a database on a server whose address may name another one. */
function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}
