import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KafkaConnection } from '@mle-smith/adapter-kafka';
import { KafkaDrill } from '@mle-smith/adapter-kafka/drills';
import { Costs, RunReport, SubjectDetail } from '@mle-smith/contracts';
import { bucketOf, readConfig, STORE_SETTINGS } from '@mle-smith/service';
import { spansIn, startCollector, type SentSpan } from '@mle-smith/telemetry/testing';
import { closedPort, waitFor } from '@mle-smith/tools/testbed';
import { launch } from '../../chaos/launch.ts';
import { DONE, LOADS, PROGRAM, scriptedEndpoint } from '../../chaos/services/load.ts';
import { Cluster, settingsOn, STATIONS } from '../../cluster/cluster.ts';
import { metricsOf } from '../../cluster/metrics-of.ts';
import { newName } from '../../cluster/names.ts';
import { scrape, type Scraped } from '../../dashboards/testing/scraped.ts';
import { writeTrees } from '../../fake-openai/testing/trees.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';

/** Secrets of known values, one for each setting that holds one. */
export const PLANTED = {
  MLE_SMITH_API_KEY: 'planted-of-the-models-4f81',
  MLE_SMITH_HEADERS: 'planted-of-a-header-7c02',
  MLE_SMITH_POD_SECRET: 'planted-of-the-pods-91ad',
  HTTP_PROXY: 'planted-of-a-proxy-c3d5',
  HTTPS_PROXY: 'planted-of-another-proxy-08be',
  KAFKA_PASSWORD: 'planted-of-kafka-55f0',
  MONGODB_URI: 'planted-of-the-store-2e19',
  AWS_SECRET_ACCESS_KEY: 'planted-of-the-bucket-d7a4',
} as const;

const RUN_MS = 300_000;

/** A column whose name would end a line, clear a terminal and forge a line of the log. */
const HOSTILE = 'a\u001b[2J\u202e{""level"":""fatal""}';

/** All services, which have done their work and stand. */
export interface WholeRun {
  readonly scraped: Scraped;
  /** Ends the services in order and gives what they left. */
  readonly end: () => Promise<Left>;
  /** Ends what is still there. */
  readonly close: () => Promise<void>;
}

/** Everything that services left of one run: what they logged, sent, showed and stored, and what a caller got. */
export interface Left {
  /** What the caller got who submitted a dataset. */
  readonly report: RunReport;
  /** Lines as they were written. */
  readonly lines: readonly string[];
  readonly spans: readonly SentSpan[];
  /** What the gateway says of each dataset and task of the caller. */
  readonly subjects: readonly SubjectDetail[];
  readonly costs: Costs;
  /** Text of `show` and `status`, by what was asked. */
  readonly told: Readonly<Record<string, string>>;
  /** All bytes of a sink, by its name. */
  readonly sinks: Readonly<Record<string, Buffer>>;
  /** The key that callers show, and that of the bucket. */
  readonly callersKey: string;
  readonly bucketKey: string;
}

/**
 * Has all services do two datasets by agents, one that a caller submits and one that lies in a lake, and refuse a third, with a collector of traces, a
 * Prometheus and secrets of known values in every setting; says everything of the bus twice. `servers`: those of a cluster, and Prometheus at the end;
 * `folder` is for what the caller gets.
 */
export async function wholeRun(servers: readonly RunningServer[], folder: string): Promise<WholeRun> {
  const [name, lake, endpoint, collector, closed] = [newName(), newName(), await scriptedEndpoint(), await startCollector(), await closedPort()];
  const lines: string[] = [];
  const own = await settingsOn(name, servers);
  const settings = {
    ...own,
    ...LOADS.agents.settings,
    ...(await planted(folder, closed)),
    ...scanned(lake),
    MLE_SMITH_MODEL_URL: endpoint.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  const cluster = await Cluster.open(settings, (_, line) => lines.push(line));
  const drill = new KafkaDrill(KafkaConnection.parse({ brokers: [own['KAFKA_BROKERS']] }), own['KAFKA_TOPIC_PREFIX'] ?? '');
  let scraped: Scraped | undefined;
  const close = async (): Promise<void> => {
    await scraped?.close();
    await cluster.close();
    await collector.close();
    await endpoint.close();
  };
  try {
    const [submitted = '', scannedOne = ''] = await writeTrees(join(folder, 'datasets'), 2);
    await ensureLake(cluster, lake);
    await cluster.start([...STATIONS, 'gateway']);
    const shown = (scraped = await scrape(cluster, servers.at(-1), name));
    const caller = callerOf(cluster);
    const out = join(folder, 'out');
    const running = caller.run(['run', submitted, await leaflet(join(folder, 'datasets', 'leaflet')), '--out', out, '--json']);
    // Later than the first: what a stage did twice between two looks of Prometheus has no rate.
    const filling = shown
      .until(`mlesmith_stage_duration_seconds_count{namespace="${name}",stage="design"}`, { limitMs: RUN_MS })
      .then(() => fillLake(cluster, lake, scannedOne));
    const [done] = await Promise.all([running, filling]);
    if (!DONE.has(done.exitCode)) throw new Error(`the run did not end as it should: ${done.stderr}${lines.slice(-10).join('\n')}`);
    const report = RunReport.parse(JSON.parse(done.stdout));
    await untilVerified(caller, 2);
    await sayAgain(cluster, drill);
    await scraped.until(`mlesmith_tasks_verified_total{namespace="${name}",job="mle-smith-execute"}`, { above: 1 });
    const end = async (): Promise<Left> => {
      await startWrong(cluster, closed);
      const ids = [...report.datasets.map(({ id }) => `datasets/${id}`), ...report.tasks.map(({ id }) => `tasks/${id}`)];
      const subjects = await Promise.all(ids.map(async (id) => SubjectDetail.parse(await caller.read(`/v1/${id}`))));
      const costs = Costs.parse(await caller.read('/v1/costs'));
      const verified = subjects.find(({ state }) => state === 'task.verified')?.id ?? '';
      const told: Record<string, string> = {};
      for (const args of [['show', verified], ['status']]) told[args.at(-1) ?? ''] = (await caller.run(args)).stdout;
      const metrics = Object.values((await scraped?.pages()) ?? {});
      const events = JSON.stringify(await drill.events());
      const state = await stateOf(settings, join(folder, 'state'));
      await cluster.stop();
      return {
        report,
        lines,
        spans: collector.bodies.flatMap(spansIn),
        subjects,
        costs,
        told,
        callersKey: cluster.access.key,
        bucketKey: own['AWS_SECRET_ACCESS_KEY'] ?? '',
        sinks: {
          log: Buffer.from(lines.join('\n')),
          spans: Buffer.concat([...collector.bodies]),
          metrics: Buffer.from(metrics.join('\n')),
          events: Buffer.from(events),
          timeline: Buffer.from(JSON.stringify([subjects, costs, told])),
          store: await bytesBelow(state),
          'packages and report': await bytesBelow(out),
        },
      };
    };
    return { scraped, end, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Settings with secrets in them. Nobody listens at the port of the proxy. */
async function planted(folder: string, closed: number): Promise<Readonly<Record<string, string>>> {
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify({ scripted: { input: 1.5, output: 6 } }));
  const proxy = (password: string): string => `http://someone:${password}@127.0.0.1:${closed}`;
  return {
    MLE_SMITH_PRICES: prices,
    MLE_SMITH_BUDGET: '5usd,day=9usd',
    MLE_SMITH_API_KEY: PLANTED.MLE_SMITH_API_KEY,
    MLE_SMITH_HEADERS: `X-Team: ${PLANTED.MLE_SMITH_HEADERS}`,
    MLE_SMITH_POD_SECRET: PLANTED.MLE_SMITH_POD_SECRET,
    HTTP_PROXY: proxy(PLANTED.HTTP_PROXY),
    HTTPS_PROXY: proxy(PLANTED.HTTPS_PROXY),
    NO_PROXY: '127.0.0.1',
  };
}

/** Settings of an ingest that looks into a lake each second. */
function scanned(lake: string): Readonly<Record<string, string>> {
  return {
    MLE_SMITH_SOURCE_BUCKETS: lake,
    MLE_SMITH_SCAN_PREFIXES: `s3://${lake}/fruit/`,
    MLE_SMITH_SCAN_SECONDS: '1',
    MLE_SMITH_SCAN_QUIET_SECONDS: '1',
  };
}

/** Makes the bucket of a lake. */
async function ensureLake({ settings }: Cluster, name: string): Promise<void> {
  const lake = bucketOf(readConfig(STORE_SETTINGS, settings, 'any'), name);
  await lake.ensure();
  lake.close();
}

/** Puts a dataset into a lake. */
async function fillLake({ settings }: Cluster, name: string, folder: string): Promise<void> {
  const lake = bucketOf(readConfig(STORE_SETTINGS, settings, 'any'), name);
  for (const file of await readdir(folder)) {
    const bytes = await readFile(join(folder, file));
    await lake.put(`fruit/${basename(folder)}/${file}`, bytes, createHash('sha256').update(bytes).digest('base64'));
  }
  lake.close();
}

/** Somebody with a key of the gateway: commands, and what its pages say. */
interface Caller {
  readonly run: (args: readonly string[]) => ReturnType<typeof launch>;
  readonly read: (path: string) => Promise<unknown>;
}

function callerOf({ access: { url, key } }: Cluster): Caller {
  return {
    run: (args) => launch('env', [`MLE_SMITH_SERVER_KEY=${key}`, PROGRAM, ...args, '--server', url]),
    read: async (path) => (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })).json(),
  };
}

/** Waits for so many verified tasks. */
async function untilVerified({ read }: Caller, tasks: number): Promise<void> {
  const verified = async (): Promise<number> => Costs.parse(await read('/v1/costs')).verified.tasks;
  if (!(await waitFor(async () => (await verified()) === tasks, RUN_MS, 500)))
    throw new Error(`there are not ${tasks} verified tasks after ${RUN_MS / 1_000} s`);
}

/** The store's content as files below a folder. */
async function stateOf(settings: Readonly<Record<string, string>>, folder: string): Promise<string> {
  const exported = await launch('env', [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), PROGRAM, 'export-state', folder, '--cluster']);
  if (exported.exitCode !== 0) throw new Error(`the state was not exported: ${exported.stderr}`);
  return folder;
}

/** A dataset that is refused, with a hostile name in it; gives its folder. */
async function leaflet(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'leaflet.csv'), `"${HOSTILE}",b\n${Array.from({ length: 12 }, (_, row) => `${row},${row % 2}`).join('\n')}\n`);
  return folder;
}

/** Every message once more, until a station has heard one of them. */
async function sayAgain(cluster: Cluster, drill: KafkaDrill): Promise<void> {
  await drill.write(await drill.events());
  const design = cluster.services.get('design');
  if (design === undefined) throw new RangeError('design does not run');
  const heard = async (): Promise<boolean> => /mlesmith_handler_duration_seconds_count\{[^}]*outcome="(repeated|stale)"\} [1-9]/.test(await metricsOf(design));
  if (!(await waitFor(heard, 60_000))) throw new Error('no message came again');
}

/** Services that meet a server which does not take what they show it; each says so. */
async function startWrong(cluster: Cluster, closed: number): Promise<void> {
  const at = `127.0.0.1:${closed}`;
  const wrong = {
    'review#store': { MONGODB_URI: `mongodb://someone:${PLANTED.MONGODB_URI}@${at}/x` },
    'review#bucket': { S3_ENDPOINT: `http://${at}`, AWS_SECRET_ACCESS_KEY: PLANTED.AWS_SECRET_ACCESS_KEY },
    'review#bus': { KAFKA_BROKERS: at, KAFKA_USERNAME: 'someone', KAFKA_PASSWORD: PLANTED.KAFKA_PASSWORD },
  };
  await Promise.all(Object.entries(wrong).map(([name, settings]) => cluster.launch(name, { settings }).said('service.not_ready')));
}

async function bytesBelow(folder: string): Promise<Buffer> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map(async (file) => Buffer.concat([Buffer.from(`\n${file}\n`), await readFile(file)]))));
}
