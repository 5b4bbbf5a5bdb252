import { Watch } from '../../chaos/services/watch.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { waitFor, type RunningServer } from '../../testbed/index.ts';
import { askNow } from './prometheus.ts';

/** So that what is waited for comes soon. */
const EVERY_SECONDS = 1;

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
  if (prometheus === undefined) throw new RangeError('there is no Prometheus that could scrape');
  const { address } = prometheus;
  const watch = new Watch(prometheus, namespace, EVERY_SECONDS);
  const ports = await Promise.all(
    [...services].map(async ([name, service]) => [name, Number((await service.said('telemetry.started')).data?.['metricsPort'])] as const),
  );
  for (const [name, port] of ports) watch.started(name, port);
  const pages = ports.map(
    ([name, port]) =>
      async () =>
        [name, await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()] as const,
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
    close: () => watch.close(),
  };
}
