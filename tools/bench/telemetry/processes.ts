import { readFile } from 'node:fs/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { metricsOf } from '../../cluster/metrics-of.ts';
import { seriesIn } from '../../cluster/series-in.ts';
import { processOf } from '../process-stat.ts';

/** What a scrape of a service says of it. */
export interface Scraped {
  readonly series: number;
  readonly heapMb: number;
}

/** Scrapes all services once; only where telemetry is on. */
export async function scraped({ services }: Cluster): Promise<Readonly<Record<string, Scraped>>> {
  const looked = [...services].map(async ([name, service]) => {
    const page = await metricsOf(service);
    const heap = Number(/^nodejs_heap_used_bytes (\S+)/m.exec(page)?.[1] ?? NaN);
    return [name, { series: seriesIn(page), heapMb: Math.round(heap / 2 ** 20) }] as const;
  });
  return Object.fromEntries(await Promise.all(looked));
}

/** Processor time of all services so far, without their jobs. */
export async function cpuSecondsOf({ services }: Cluster): Promise<number> {
  const stats = await Promise.all([...services.values()].map(({ child }) => readFile(`/proc/${child.pid ?? 0}/stat`, 'utf8')));
  return stats.reduce((sum, stat) => sum + processOf(stat).cpuSeconds, 0);
}
