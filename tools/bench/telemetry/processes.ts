import { readFile } from 'node:fs/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { processOf } from '../process-stat.ts';
import { seriesIn } from './series-in.ts';

/** Where each service shows its metrics; only where telemetry is on. */
export async function pagesOf({ services }: Cluster): Promise<Readonly<Record<string, string>>> {
  const pages = [...services].map(async ([name, service]) => {
    const { data } = await service.said('telemetry.started');
    return [name, `http://127.0.0.1:${String(data?.['metricsPort'])}/metrics`] as const;
  });
  return Object.fromEntries(await Promise.all(pages));
}

/** What a scrape of a service says of it. */
export interface Scraped {
  readonly series: number;
  readonly heapMb: number;
}

/** Scrapes the pages of services once. */
export async function scraped(pages: Readonly<Record<string, string>>): Promise<Readonly<Record<string, Scraped>>> {
  const looked = Object.entries(pages).map(async ([name, address]) => {
    const page = await (await fetch(address)).text();
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
