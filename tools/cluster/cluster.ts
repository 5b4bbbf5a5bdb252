import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKeyLine, hashOfApiKey, newApiKey, PIPELINE } from '@mle-smith/contracts';
import { prepareServers, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { withDatabase } from './names.ts';
import { startService, type ServiceProcess } from './service-process.ts';

/** The stations, in the order of the pipeline. */
export const STATIONS: readonly string[] = [...new Set(PIPELINE.map((row) => row.app))];

/** The servers of the test bed that a cluster needs. */
export const SERVERS = ['kafka', 'mongo', 's3'] as const;

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
    await prepareServers(readConfig(SERVER_SETTINGS, settings, 'any'));
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

  /** Starts the gateway, with one key of an administrator. */
  async startGateway(): Promise<{ readonly url: string; readonly key: string }> {
    const key = newApiKey();
    const file = join(this.settings['MLE_SMITH_WORK_DIRECTORY'] ?? '', 'api-keys');
    await writeFile(file, `${apiKeyLine({ name: 'cluster', role: 'admin', hash: hashOfApiKey(key) })}\n`, { mode: 0o600 });
    await this.start(['gateway'], { MLE_SMITH_API_KEYS_FILE: file });
    const ready = await this.services.get('gateway')?.said('service.ready');
    return { url: String(ready?.data?.['url']), key };
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
