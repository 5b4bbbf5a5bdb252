import { spansIn, type Collector } from '../testing/collector.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { LOADS, type LoadName } from './loads.ts';
import { overheadIn, type Overhead, type Round } from './overhead-in.ts';
import type { Scraped } from './processes.ts';
import { StubCluster } from './stub-cluster.ts';

/** What telemetry costs and leaves where stages are stubs. */
export interface OverheadFigures {
  readonly rounds: number;
  /** By what stages do: nothing shows what telemetry takes, work what that is of tasks a minute. */
  readonly loads: Readonly<Record<LoadName, Overhead>>;
  /** The most series that a service showed in the end, and after how many tasks. */
  readonly series: { readonly most: number; readonly service: string; readonly tasks: number };
  /** The most heap that a service held in the end, MB: with a collector, and without one all the time. */
  readonly heapMb: { readonly on: number; readonly dead: number };
  /** What a dataset with one task leaves behind on its way through all stations. */
  readonly task: { readonly logBytes: number; readonly spanBytes: number; readonly spans: number };
}

const MODES = ['off', 'on', 'dead'] as const;
type Mode = (typeof MODES)[number];

const ROUNDS = 12;
/** Nobody listens at the port of discards. */
const NOBODY = 'http://127.0.0.1:9';

/** Measures with telemetry off, on, and with a collector that is not there: three installations at the same time, of which one works, each in its turn. */
export async function measureOverhead(servers: readonly RunningServer[], collector: Collector): Promise<OverheadFigures> {
  const settings: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
    off: { OTEL_SDK_DISABLED: 'true' },
    on: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    dead: { OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY },
  };
  const clusters = new Map<Mode, StubCluster>();
  try {
    for (const mode of MODES) clusters.set(mode, await StubCluster.start(servers, settings[mode]));
    const rounds: Record<LoadName, Round[]> = { nothing: [], work: [] };
    // Compilers have what they need after the first one, which does not count.
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const load of Object.keys(LOADS) as LoadName[]) {
        const took = await eachInTurn(clusters, load, round);
        if (round > 0) rounds[load].push(took);
      }
    const scrape = (mode: Mode) => (clusters.get(mode) as StubCluster).scrape();
    const [on, dead] = [await scrape('on'), await scrape('dead')];
    return {
      rounds: ROUNDS,
      loads: { nothing: overheadIn(rounds.nothing), work: overheadIn(rounds.work) },
      series: mostSeries(on),
      heapMb: { on: mostHeap(on), dead: mostHeap(dead) },
      task: leftByOne(rounds, collector),
    };
  } finally {
    await Promise.all([...clusters.values()].map((cluster) => cluster.close()));
  }
}

/** One load for each, another one first each time. */
async function eachInTurn(clusters: ReadonlyMap<Mode, StubCluster>, load: LoadName, round: number): Promise<Round> {
  const took: Partial<Record<Mode, Round[Mode]>> = {};
  for (const place of MODES.keys()) {
    const mode = MODES[(place + round) % MODES.length] as Mode;
    took[mode] = await (clusters.get(mode) as StubCluster).through(load);
  }
  return took as Round;
}

function mostSeries(services: Readonly<Record<string, Scraped>>): OverheadFigures['series'] {
  const [[service, { series: most }] = ['', { series: 0 }]] = Object.entries(services).sort(([, one], [, other]) => other.series - one.series);
  return { most, service, tasks: (ROUNDS + 1) * Object.values(LOADS).reduce((sum, { tasks }) => sum + tasks, 0) };
}

function mostHeap(services: Readonly<Record<string, Scraped>>): number {
  return Math.max(...Object.values(services).map(({ heapMb }) => heapMb));
}

function leftByOne(rounds: Readonly<Record<LoadName, readonly Round[]>>, collector: Collector): OverheadFigures['task'] {
  const took = Object.values(rounds).flatMap((of) => of.map(({ on }) => on));
  const tasks = took.reduce((sum, one) => sum + one.tasks, 0);
  const spans = collector.bodies.flatMap(spansIn);
  const verified = spans.filter(({ name }) => name === 'transition task.verified').length;
  return {
    logBytes: Math.round(took.reduce((sum, one) => sum + one.logBytes, 0) / tasks),
    spanBytes: Math.round(collector.bodies.reduce((sum, body) => sum + body.length, 0) / verified),
    spans: Math.round(spans.length / verified),
  };
}
