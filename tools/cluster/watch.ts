import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askBetween } from '../dashboards/testing/prometheus.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';

/**
 * How often Prometheus asks a service, and how long it waits; what held for less may be missed. One that cannot read its
 * store says so after two seconds, and would look gone to whoever waits for less.
 */
const EVERY_SECONDS = 3;

/** Prometheus asks the services of one installation for their metrics, wherever they come back. */
export class Watch {
  readonly #prometheus: RunningServer;
  readonly #namespace: string;
  #since = Date.now();
  readonly #ports = new Map<string, number>();
  #written: Promise<void> = Promise.resolve();

  constructor(prometheus: RunningServer, namespace: string) {
    this.#prometheus = prometheus;
    this.#namespace = namespace;
  }

  /** A process of a service tells its metrics here from now on; until another one does, its place is that of the last one, whether that lives or not. */
  started(service: string, port: number): void {
    this.#ports.set(service, port);
    this.#written = this.#written.then(() => this.#write());
  }

  /** What held before counts no more. */
  begins(): void {
    this.#since = Date.now();
  }

  /** Seconds for which an expression had a value for the installation since it began. */
  async heldSeconds(expr: string): Promise<number> {
    await this.#written;
    const series = await askBetween(this.#prometheus.address, expr, { from: this.#since, to: Date.now(), stepSeconds: EVERY_SECONDS });
    const own = series.filter(({ labels }) => labels['namespace'] === this.#namespace);
    return Math.max(0, ...own.map(({ values }) => values.length * EVERY_SECONDS));
  }

  async close(): Promise<void> {
    await this.#written;
    await rm(this.#file, { force: true });
  }

  get #file(): string {
    return join(this.#prometheus.details['targets'] ?? '', `${this.#namespace}.json`);
  }

  /** In one step: Prometheus reads the file as soon as it is there. */
  async #write(): Promise<void> {
    const every = `${EVERY_SECONDS}s`;
    const targets = [...this.#ports].map(([service, port]) => ({
      targets: [`127.0.0.1:${port}`],
      labels: {
        job: `mle-smith-${service.replace(/#.*$/, '')}`,
        namespace: this.#namespace,
        cluster: 'testbed',
        __scrape_interval__: every,
        __scrape_timeout__: every,
      },
    }));
    await writeFile(`${this.#file}.new`, JSON.stringify(targets));
    await rename(`${this.#file}.new`, this.#file);
  }
}
