import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { KafkaConnection } from '@mle-smith/adapter-kafka';
import { KafkaDrill } from '@mle-smith/adapter-kafka/drills';
import { Costs, RunReport, SubjectDetail } from '@mle-smith/contracts';
import { spansIn, startCollector, type SentSpan } from '@mle-smith/telemetry/testing';
import { waitFor } from '@mle-smith/tools/testbed';
import { launch } from '../../chaos/launch.ts';
import { DONE, LOADS, PROGRAM, scriptedEndpoint } from '../../chaos/services/load.ts';
import { Cluster, settingsOn, STATIONS } from '../cluster.ts';
import { newName } from '../names.ts';
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

/** A column whose name would end a line, clear a terminal and forge a line of the log. */
const HOSTILE = 'a\u001b[2J\u202e{""level"":""fatal""}';

/** Everything that services left of one run: what they logged, sent, showed and stored, and what a caller got. */
export interface WholeRun {
  readonly report: RunReport;
  /** Lines as they were written. */
  readonly lines: readonly string[];
  readonly spans: readonly SentSpan[];
  /** What the gateway says of each dataset and task. */
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
 * Has all services do one dataset by agents, and refuse another one, with a collector of traces and secrets of known values in every setting; says
 * everything of the bus twice; tells what was left. `folder` is for what the caller gets.
 */
export async function wholeRun(servers: readonly RunningServer[], folder: string): Promise<WholeRun> {
  const endpoint = await scriptedEndpoint();
  const collector = await startCollector();
  const lines: string[] = [];
  const own = await settingsOn(newName(), servers);
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify({ scripted: { input: 1.5, output: 6 } }));
  const closed = await closedPort();
  const proxy = (password: string): string => `http://someone:${password}@127.0.0.1:${closed}`;
  const settings = {
    ...own,
    ...LOADS.agents.settings,
    MLE_SMITH_MODEL_URL: endpoint.url,
    MLE_SMITH_PRICES: prices,
    MLE_SMITH_API_KEY: PLANTED.MLE_SMITH_API_KEY,
    MLE_SMITH_HEADERS: `X-Team: ${PLANTED.MLE_SMITH_HEADERS}`,
    MLE_SMITH_POD_SECRET: PLANTED.MLE_SMITH_POD_SECRET,
    HTTP_PROXY: proxy(PLANTED.HTTP_PROXY),
    HTTPS_PROXY: proxy(PLANTED.HTTPS_PROXY),
    NO_PROXY: '127.0.0.1',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  const cluster = await Cluster.open(settings, (_, line) => lines.push(line));
  const drill = new KafkaDrill(KafkaConnection.parse({ brokers: [own['KAFKA_BROKERS']] }), own['KAFKA_TOPIC_PREFIX'] ?? '');
  try {
    await cluster.start([...STATIONS, 'gateway']);
    const { url, key } = cluster.access;
    const ask = (args: readonly string[]) => launch('env', [`MLE_SMITH_SERVER_KEY=${key}`, PROGRAM, ...args, '--server', url]);
    const datasets = [...(await LOADS.agents.datasets(join(folder, 'datasets'))), await leaflet(join(folder, 'datasets', 'leaflet'))];
    const out = join(folder, 'out');
    const done = await ask(['run', ...datasets, '--out', out, '--json']);
    if (!DONE.has(done.exitCode)) throw new Error(`the run did not end as it should: ${done.stderr}${lines.slice(-10).join('\n')}`);
    const report = RunReport.parse(JSON.parse(done.stdout));
    await sayAgain(cluster, drill);
    await startWrong(cluster, closed);
    const read = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })).json();
    const ids = [...report.datasets.map(({ id }) => `datasets/${id}`), ...report.tasks.map(({ id }) => `tasks/${id}`)];
    const subjects = await Promise.all(ids.map(async (id) => SubjectDetail.parse(await read(`/v1/${id}`))));
    const costs = Costs.parse(await read('/v1/costs'));
    const told: Record<string, string> = {};
    const verified = subjects.find(({ state }) => state === 'task.verified')?.id ?? '';
    const asked = [['show', verified], ['status']];
    await Promise.all(asked.map(async (args) => (told[args.at(-1) ?? ''] = (await ask(args)).stdout)));
    const metrics = await Promise.all([...cluster.services.values()].map(async (service) => pageOf(await service.said('telemetry.started'))));
    const events = JSON.stringify(await drill.events());
    const state = join(folder, 'state');
    const surroundings = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const exported = await launch('env', [...surroundings, PROGRAM, 'export-state', state, '--cluster']);
    if (exported.exitCode !== 0) throw new Error(`the state was not exported: ${exported.stderr}`);
    await cluster.stop();
    return {
      report,
      lines,
      spans: collector.bodies.flatMap(spansIn),
      subjects,
      costs,
      told,
      callersKey: key,
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
  } finally {
    await cluster.close();
    await collector.close();
    await endpoint.close();
  }
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
  const started = await cluster.services.get('design')?.said('telemetry.started');
  const heard = async (): Promise<boolean> => /mlesmith_handler_duration_seconds_count\{[^}]*outcome="(repeated|stale)"\} [1-9]/.test(await pageOf(started));
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

async function pageOf(started: { readonly data?: Readonly<Record<string, unknown>> } | undefined): Promise<string> {
  return (await fetch(`http://127.0.0.1:${String(started?.data?.['metricsPort'])}/metrics`)).text();
}

async function bytesBelow(folder: string): Promise<Buffer> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Buffer.concat(await Promise.all(files.map(async (file) => Buffer.concat([Buffer.from(`\n${file}\n`), await readFile(file)]))));
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
