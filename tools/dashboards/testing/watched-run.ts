import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, readConfig, STORE_SETTINGS } from '@mle-smith/service';
import { z } from 'zod';
import { LOADS, scriptedEndpoint } from '../../chaos/services/load.ts';
import { writeTrees } from '../../fake-openai/testing/trees.ts';
import { Cluster, settingsOn, STATIONS } from '../../cluster/cluster.ts';
import { newName } from '../../cluster/names.ts';
import { waitFor, type RunningServer } from '../../testbed/index.ts';
import { askNow } from './prometheus.ts';

const PRICES = join(import.meta.dirname, '../../fake-openai/testing/prices.json');
/** Fewer examples than any task may have. */
const LEAFLET = `a,b,answer\n${Array.from({ length: 12 }, (_, row) => `${row},${row % 5},${row % 2}`).join('\n')}\n`;
const RUN_MS = 900_000;
const Datasets = z.object({ items: z.array(z.object({ id: z.string(), state: z.string() })) });

/** All services, which a Prometheus has scraped from their start to the end of their work. */
export interface WatchedRun {
  readonly prometheus: string;
  /** The label of its series. */
  readonly namespace: string;
  /** `/metrics` of each service now, by its name. */
  readonly pages: () => Promise<Readonly<Record<string, string>>>;
  /** Datasets and tasks by their ids, and the states that they ended in. */
  readonly ends: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Runs all services with agents on a lake of three datasets, two that become a verified task each and one that is refused. `servers`: those of a cluster, and Prometheus at the end. */
export async function watchedRun(servers: readonly RunningServer[]): Promise<WatchedRun> {
  const [prometheus, namespace, lake] = [servers.at(-1), newName(), newName()];
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-watched-'));
  const endpoint = await scriptedEndpoint();
  const cluster = await Cluster.open({
    ...(await settingsOn(namespace, servers)),
    ...LOADS.agents.settings,
    MLE_SMITH_MODEL_URL: endpoint.url,
    MLE_SMITH_PRICES: PRICES,
    MLE_SMITH_BUDGET: '5usd,day=9usd',
    MLE_SMITH_SOURCE_BUCKETS: lake,
    MLE_SMITH_SCAN_PREFIXES: `s3://${lake}/fruit/`,
    MLE_SMITH_SCAN_SECONDS: '1',
    MLE_SMITH_SCAN_QUIET_SECONDS: '1',
  });
  const targets = join(prometheus?.details['targets'] ?? '', `${namespace}.json`);
  const close = async (): Promise<void> => {
    await rm(targets, { force: true });
    await cluster.close();
    await endpoint.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await fillLake(cluster, lake, await writeTrees(folder, 2));
    await cluster.start([...STATIONS, 'gateway']);
    const addresses = await metricsOf(cluster);
    // In one step: Prometheus reads the file as soon as it is there.
    await writeFile(`${targets}.new`, JSON.stringify(Object.entries(addresses).map(([job, target]) => targetOf(job, target, namespace))));
    await rename(`${targets}.new`, targets);
    const ends = await endsOf(cluster);
    await untilScraped(prometheus?.address ?? '', namespace);
    const pages = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        await Promise.all(Object.entries(addresses).map(async ([name, address]) => [name, await (await fetch(`http://${address}/metrics`)).text()] as const)),
      );
    return { prometheus: prometheus?.address ?? '', namespace, pages, ends, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fillLake({ settings }: Cluster, name: string, folders: readonly string[]): Promise<void> {
  const lake = bucketOf(readConfig(STORE_SETTINGS, settings, 'any'), name);
  await lake.ensure();
  const put = (key: string, bytes: Buffer): Promise<void> => lake.put(`fruit/${key}`, bytes, createHash('sha256').update(bytes).digest('base64'));
  for (const [index, folder] of folders.entries())
    for (const file of await readdir(folder)) await put(`orchard-${index + 1}/${file}`, await readFile(join(folder, file)));
  await put('leaflet/leaflet.csv', Buffer.from(LEAFLET));
  lake.close();
}

/** Where each service tells its metrics. */
async function metricsOf({ services }: Cluster): Promise<Readonly<Record<string, string>>> {
  const told = [...services].map(async ([name, service]) => {
    const { data } = await service.said('telemetry.started');
    return [name, `127.0.0.1:${String(data?.['metricsPort'])}`] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

function targetOf(job: string, target: string, namespace: string): object {
  return { targets: [target], labels: { job: `mle-smith-${job}`, namespace, cluster: 'testbed' } };
}

/** Asks the gateway until everything has ended. */
async function endsOf({ access: { url, key } }: Cluster): Promise<Readonly<Record<string, string>>> {
  const items = async (kind: string): Promise<z.infer<typeof Datasets>['items']> =>
    Datasets.parse(await (await fetch(`${url}/v1/${kind}`, { headers: { authorization: `Bearer ${key}` } })).json()).items;
  let ends: Record<string, string> = {};
  const over = await waitFor(
    async () => {
      const [datasets, tasks] = await Promise.all([items('datasets'), items('tasks')]);
      ends = Object.fromEntries([...datasets, ...tasks].map(({ id, state }) => [id, state]));
      const open = [...datasets, ...tasks].filter(({ state }) => !/refused|brainstormed|verified|abandoned|cancelled/.test(state));
      return datasets.length >= 3 && tasks.length > 1 && open.length === 0;
    },
    RUN_MS,
    300,
  );
  if (!over) throw new Error(`the services did not end their work within ${RUN_MS / 1_000} s [states=${JSON.stringify(ends)}]`);
  return ends;
}

/** Waits until what the last stage counted has been scraped, twice: a rate needs two samples. */
async function untilScraped(address: string, namespace: string): Promise<void> {
  const query = `min_over_time(mlesmith_tasks_verified_total{namespace="${namespace}",job="mle-smith-execute"}[2s])`;
  const scraped = await waitFor(async () => (await askNow(address, query)).some(({ values }) => (values[0] ?? 0) > 0), 30_000, 200);
  if (!scraped) throw new Error(`Prometheus has not scraped the end of the work [address=${address}, namespace=${namespace}]`);
}
