import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeyLine, hashOfApiKey, newApiKey, PIPELINE } from '@mle-smith/contracts';
import { prepareServers, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import { freePorts } from '../testbed/ports.ts';
import { SERVERS_OF_SERVICES } from '../testbed/recipes.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { withDatabase } from './names.ts';
import { startService, type ServiceProcess } from './service-process.ts';

/** The stations, in the order of the pipeline. */
export const STATIONS: readonly string[] = [...new Set(PIPELINE.map((row) => row.app))];

/** The servers of the test bed that a cluster needs. */
export const SERVERS = SERVERS_OF_SERVICES;

/** Settings for an installation of its own on servers, in the order of `SERVERS`: another database, bucket and prefix of topics for each name. */
export async function settingsOn(name: string, [kafka, mongo, s3]: readonly RunningServer[]): Promise<Readonly<Record<string, string>>> {
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

/** What is particular about the start of one service. */
export interface HowToStart {
  readonly settings?: Readonly<Record<string, string>>;
  /** A command with its arguments that runs it in its place. */
  readonly under?: readonly string[];
  /** A file with its arguments that is run in place of the service's own. */
  readonly main?: readonly string[];
}

/** The gateway's address and a key of an administrator. */
export interface Access {
  readonly url: string;
  readonly key: string;
}

/** All stations on one set of servers. */
export class Cluster {
  readonly settings: Readonly<Record<string, string>>;
  /** The same for every start of the gateway. */
  readonly access: Access;
  readonly services = new Map<string, ServiceProcess>();
  readonly #onLine: (name: string, line: string) => void;

  private constructor(settings: Readonly<Record<string, string>>, access: Access, onLine: (name: string, line: string) => void) {
    this.settings = settings;
    this.access = access;
    this.#onLine = onLine;
  }

  /** Prepares the servers and makes a key for the gateway. Nothing runs yet. Throws `ConfigurationError` and what the adapters throw; the work folder is gone then. */
  static async open(settings: Readonly<Record<string, string>>, onLine: (name: string, line: string) => void = () => undefined): Promise<Cluster> {
    try {
      await prepareServers(readConfig(SERVER_SETTINGS, settings, 'any'));
    } catch (error) {
      await rm(workDirectory(settings), { recursive: true, force: true });
      throw error;
    }
    const [port] = await freePorts(1);
    const key = newApiKey();
    await writeFile(keysFile(settings), `${apiKeyLine({ name: 'cluster', role: 'admin', hash: hashOfApiKey(key) })}\n`, { mode: 0o600 });
    return new Cluster(settings, { url: `http://127.0.0.1:${port}`, key }, onLine);
  }

  /** Starts some services (a name may hold a replica: `design#2`) and waits until they are ready. */
  async start(names: readonly string[] = STATIONS, how: HowToStart = {}): Promise<void> {
    await Promise.all(names.map((name) => this.launch(name, how).said('service.ready')));
  }

  /** Starts the gateway and waits until it is ready. */
  async startGateway(): Promise<Access> {
    await this.start(['gateway']);
    return this.access;
  }

  /** Starts one service and does not wait. */
  launch(name: string, { settings = {}, under = [], main }: HowToStart = {}): ServiceProcess {
    const app = name.replace(/#.*$/, '');
    const own = {
      MLE_SMITH_INSTANCE: name,
      // A folder for each, as if each had a machine of its own.
      MLE_SMITH_WORK_DIRECTORY: join(workDirectory(this.settings), name),
      ...(app === 'gateway' ? { MLE_SMITH_API_KEYS_FILE: keysFile(this.settings), MLE_SMITH_PORT: new URL(this.access.url).port } : {}),
    };
    const service = startService(app, { ...this.settings, ...own, ...settings }, (line) => this.#onLine(name, line), under, main);
    this.services.set(name, service);
    return service;
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
    await rm(workDirectory(this.settings), { recursive: true, force: true });
  }
}

function workDirectory(settings: Readonly<Record<string, string>>): string {
  return settings['MLE_SMITH_WORK_DIRECTORY'] ?? '';
}

function keysFile(settings: Readonly<Record<string, string>>): string {
  return join(workDirectory(settings), 'api-keys');
}
