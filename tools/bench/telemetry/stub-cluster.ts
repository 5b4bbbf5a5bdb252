import { join } from 'node:path';
import { KafkaConnection, KafkaEventBus } from '@mle-smith/adapter-kafka';
import { Cluster, settingsOn, STATIONS } from '../../cluster/cluster.ts';
import { newName } from '../../cluster/names.ts';
import { lineOf } from '../../cluster/service-process.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { names, newsOf } from '../services/stub-stations.ts';
import { LOADS, type LoadName } from './loads.ts';
import { cpuSecondsOf, scraped, type Scraped } from './processes.ts';

const STUB = join(import.meta.dirname, 'stub-station-main.ts');
/** As often as the compose file has it. */
const SCRAPE_MS = 15_000;

/** What some tasks took. */
export interface Took {
  readonly tasks: number;
  readonly seconds: number;
  /** Of all processes of stations, all threads. */
  readonly cpuSeconds: number;
  /** Lines of their logs. */
  readonly logBytes: number;
}

/** All stations as processes of their own, with stubs for stages, on one setting of telemetry; somebody scrapes those that can be. */
export class StubCluster {
  readonly #cluster: Cluster;
  readonly #bus: KafkaEventBus;
  readonly #shows: boolean;
  readonly #scrapes: NodeJS.Timeout;
  readonly #told: Told;
  #sent = 0;

  private constructor(cluster: Cluster, told: Told, shows: boolean) {
    this.#cluster = cluster;
    this.#told = told;
    this.#shows = shows;
    const { KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: topicPrefix = '' } = cluster.settings;
    this.#bus = new KafkaEventBus({
      connection: KafkaConnection.parse({ brokers: [brokers] }),
      group: `${topicPrefix}bench`,
      topicPrefix,
      version: 'bench',
      onCrash: (error) => {
        throw error;
      },
    });
    this.#scrapes = setInterval(() => void this.scrape().catch(() => undefined), SCRAPE_MS);
  }

  /** Starts them; resolves when all are ready. */
  static async start(servers: readonly RunningServer[], telemetry: Readonly<Record<string, string>>): Promise<StubCluster> {
    const told = new Told();
    const cluster = await Cluster.open(await settingsOn(newName(), servers), (_, line) => told.take(line));
    try {
      const settings = (app: string) => ({ ...telemetry, OTEL_SERVICE_NAME: `mle-smith-${app}` });
      await Promise.all(STATIONS.map((app) => cluster.start([app], { main: [STUB, app], settings: settings(app) })));
      return new StubCluster(cluster, told, telemetry['OTEL_SDK_DISABLED'] !== 'true');
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Sends the datasets of a load through all stations; resolves when the last task is verified. */
  async through(load: LoadName): Promise<Took> {
    const { prefix, tasks } = LOADS[load];
    const before = { verified: this.#told.verified, bytes: this.#told.bytes, cpuSeconds: await cpuSecondsOf(this.#cluster), at: performance.now() };
    this.#sent += 1;
    const ids = names(`${prefix}${this.#sent}`, tasks);
    await Promise.all(ids.map((id) => this.#bus.publish('dataset.received', id, newsOf('dataset.received', id))));
    await Promise.race([this.#told.until(before.verified + tasks), this.#anEnd()]);
    return {
      tasks,
      seconds: (performance.now() - before.at) / 1_000,
      cpuSeconds: (await cpuSecondsOf(this.#cluster)) - before.cpuSeconds,
      logBytes: this.#told.bytes - before.bytes,
    };
  }

  /** What each service shows now; nothing where telemetry is off. */
  async scrape(): Promise<Readonly<Record<string, Scraped>>> {
    return this.#shows ? scraped(this.#cluster) : {};
  }

  async close(): Promise<void> {
    clearInterval(this.#scrapes);
    await this.#bus.close();
    await this.#cluster.close();
  }

  /** Rejects when a station ends, which none should. */
  async #anEnd(): Promise<never> {
    const ends = [...this.#cluster.services.values()].map(async ({ app, ended }) => ({ app, ...(await ended) }));
    const { app, code, signal } = await Promise.race(ends);
    throw new Error(`a station ended while it was measured [station=${app}, exit=${code ?? signal}]`);
  }
}

/** What the logs of some stations told so far. */
class Told {
  verified = 0;
  bytes = 0;
  #noted: () => void = () => undefined;

  take(line: string): void {
    this.bytes += Buffer.byteLength(line) + 1;
    if (lineOf(line)?.code !== 'task.verified') return;
    this.verified += 1;
    this.#noted();
  }

  async until(verified: number): Promise<void> {
    while (this.verified < verified) await new Promise<void>((resolve) => (this.#noted = resolve));
  }
}
