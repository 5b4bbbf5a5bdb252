import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import { waitFor, type RunningServer } from '../../testbed/index.ts';
import { askNow } from './prometheus.ts';

/** Services that a Prometheus scrapes. */
export interface Scraped {
  /** The address of Prometheus. */
  readonly prometheus: string;
  /** The label of the series of these services. */
  readonly namespace: string;
  /** `/metrics` of each service now, by its name. */
  readonly pages: () => Promise<Readonly<Record<string, string>>>;
  /** Waits until all series of a selector are above 0 in two samples running, which a rate needs. Throws after half a minute. */
  readonly until: (selector: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Has the Prometheus of the test bed scrape the services that have started, and waits for nothing. */
export async function scrape({ services }: Cluster, prometheus: RunningServer | undefined, namespace: string): Promise<Scraped> {
  const [address = '', file] = [prometheus?.address, join(prometheus?.details['targets'] ?? '', `${namespace}.json`)];
  const addresses = await Promise.all(
    [...services].map(async ([name, service]) => [name, `127.0.0.1:${String((await service.said('telemetry.started')).data?.['metricsPort'])}`] as const),
  );
  // In one step: Prometheus reads the file as soon as it is there.
  await writeFile(`${file}.new`, JSON.stringify(addresses.map(([name, target]) => targetOf(name, target, namespace))));
  await rename(`${file}.new`, file);
  const pages = addresses.map(
    ([name, target]) =>
      async () =>
        [name, await (await fetch(`http://${target}/metrics`)).text()] as const,
  );
  return {
    prometheus: address,
    namespace,
    pages: async () => Object.fromEntries(await Promise.all(pages.map((page) => page()))),
    until: async (selector) => {
      const query = `min_over_time(${selector}[2s])`;
      const scraped = await waitFor(async () => (await askNow(address, query)).some(({ values }) => (values[0] ?? 0) > 0), 30_000, 200);
      if (!scraped) throw new Error(`Prometheus has not scraped what was waited for [address=${address}, query=${query}]`);
    },
    close: () => rm(file, { force: true }),
  };
}

function targetOf(name: string, target: string, namespace: string): object {
  return { targets: [target], labels: { job: `mle-smith-${name}`, namespace, cluster: 'testbed' } };
}
