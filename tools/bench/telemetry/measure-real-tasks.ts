import { join } from 'node:path';
import { Costs, RunReport } from '@mle-smith/contracts';
import { rowOfSpan, spansIn, type Collector } from '../testing/collector.ts';
import { launch } from '../../chaos/launch.ts';
import { Cluster, settingsOn, STATIONS } from '../../cluster/cluster.ts';
import { newName } from '../../cluster/names.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { cpuSecondsOf, scraped } from './processes.ts';

/** What real tasks leave, and take, each figure of one task with its share of its dataset. */
export interface RealTaskFigures {
  readonly datasets: number;
  readonly tasks: number;
  readonly verified: number;
  readonly wallSeconds: number;
  /** Processor time of services, and of the jobs of tasks that were verified. */
  readonly cpuSeconds: { readonly services: number; readonly jobs: number };
  readonly logBytes: number;
  readonly spanBytes: number;
  readonly spans: number;
  /** The same by the row of the table of spans. */
  readonly spansByRow: Readonly<Record<string, number>>;
  /** The most series that a service showed. */
  readonly series: number;
}

/** Has all services, with rules for engine, do some bundled datasets, telemetry on. */
export async function measureRealTasks(root: string, servers: readonly RunningServer[], collector: Collector, folder: string): Promise<RealTaskFigures> {
  let logBytes = 0;
  const settings = { ...(await settingsOn(newName(), servers)), OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const cluster = await Cluster.open(settings, (_, line) => (logBytes += Buffer.byteLength(line) + 1));
  try {
    await cluster.start([...STATIONS, 'gateway']);
    const before = { bytes: logBytes, cpuSeconds: await cpuSecondsOf(cluster), at: performance.now() };
    const { url, key } = cluster.access;
    const datasets = ['penguins', 'vehicles-2021', 'ames-houses'].map((name) => join(root, 'examples', name));
    const args = [join(root, 'mle-smith'), 'run', ...datasets, '--server', url, '--out', folder, '--json'];
    const ending = await launch('env', [`MLE_SMITH_SERVER_KEY=${key}`, ...args]);
    const report = RunReport.parse(JSON.parse(ending.stdout));
    const tasks = report.tasks.length;
    const cpuSeconds = (await cpuSecondsOf(cluster)) - before.cpuSeconds;
    const wallSeconds = (performance.now() - before.at) / 1_000;
    const { verified } = Costs.parse(await (await fetch(`${url}/v1/costs`, { headers: { authorization: `Bearer ${key}` } })).json());
    const jobs = Object.values(verified.byStage).reduce((sum, stage) => sum + stage.cpuSeconds, 0);
    const series = Math.max(...Object.values(await scraped(cluster)).map((one) => one.series));
    // Stations send what they still hold when they stop.
    const ofRun = logBytes - before.bytes;
    await cluster.stop();
    const spans = collector.bodies.flatMap(spansIn);
    return {
      datasets: datasets.length,
      tasks,
      verified: verified.tasks,
      wallSeconds: round(wallSeconds, 1),
      cpuSeconds: { services: round(cpuSeconds / tasks, 2), jobs: round(jobs / verified.tasks, 2) },
      logBytes: Math.round(ofRun / tasks),
      spanBytes: Math.round(collector.bodies.reduce((sum, body) => sum + body.length, 0) / tasks),
      spans: Math.round(spans.length / tasks),
      spansByRow: numbersOf(
        spans.map((span) => rowOfSpan(span) ?? 'none'),
        tasks,
      ),
      series,
    };
  } finally {
    await cluster.close();
  }
}

/** How often each name is there, for each of so many tasks, the most frequent first. */
function numbersOf(names: readonly string[], tasks: number): Readonly<Record<string, number>> {
  const counts = Object.entries(Object.groupBy(names, (name) => name)).map(([name, all = []]) => [name, round(all.length / tasks, 1)] as const);
  return Object.fromEntries(counts.sort(([, one], [, other]) => other - one));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
