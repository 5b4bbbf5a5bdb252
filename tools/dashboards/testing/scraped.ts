import { Watch } from '../../cluster/watch.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { metricsOf, metricsPortOf } from '../../cluster/metrics-of.ts';
import { waitFor, type RunningServer } from '../../testbed/index.ts';
import { askNow, type Answered } from './prometheus.ts';

/** Some looks of Prometheus. */
const LOOK_BACK = '12s';

/** Services that a Prometheus scrapes. */
export interface Scraped {
  /** The address of Prometheus. */
  readonly prometheus: string;
  /** The label of the series of these services. */
  readonly namespace: string;
  /** `/metrics` of each service now, by its name. */
  readonly pages: () => Promise<Readonly<Record<string, string>>>;
  /** Waits until all series of a selector are above a number, 0, in two samples running, which a rate needs. Throws after half a minute, or what is said. */
  readonly until: (selector: string, options?: { readonly above?: number; readonly limitMs?: number }) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Has the Prometheus of the test bed scrape the services that have started, and waits for nothing. */
export async function scrape({ services }: Cluster, prometheus: RunningServer | undefined, namespace: string): Promise<Scraped> {
  if (prometheus === undefined) throw new RangeError('there is no Prometheus that could scrape');
  const { address } = prometheus;
  const watch = new Watch(prometheus, namespace);
  const scraped = [...services];
  for (const [name, service] of scraped) watch.started(name, await metricsPortOf(service));
  return {
    prometheus: address,
    namespace,
    pages: async () => Object.fromEntries(await Promise.all(scraped.map(async ([name, service]) => [name, await metricsOf(service)] as const))),
    until: async (selector, { above = 0, limitMs = 30_000 } = {}) => {
      const query = `min_over_time(${selector}[${LOOK_BACK}]) and count_over_time(${selector}[${LOOK_BACK}]) > 1`;
      const high = (series: readonly Answered[]): boolean => series.length > 0 && series.every(({ values }) => (values[0] ?? 0) > above);
      const seen = await waitFor(async () => high(await askNow(address, query)), limitMs, 200);
      if (!seen) throw new Error(`Prometheus has not scraped what was waited for [address=${address}, query=${query}]`);
    },
    close: () => watch.close(),
  };
}
