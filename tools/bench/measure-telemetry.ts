import { loadavg } from 'node:os';
import { startCollector } from './testing/collector.ts';
import { SERVERS } from '../cluster/cluster.ts';
import { serversFor } from './servers-for.ts';
import { measureOverhead, type OverheadFigures } from './telemetry/measure-overhead.ts';
import { measureRealTasks, type RealTaskFigures } from './telemetry/measure-real-tasks.ts';

/** What telemetry of services takes, and what it leaves behind. */
export interface TelemetryFigures {
  /** Load of the machine before. */
  readonly load: number;
  readonly overhead: OverheadFigures;
  readonly real: RealTaskFigures;
}

/** Measures on the servers of the test bed, or those that the environment names. Throws where a server cannot be had. */
export async function measureTelemetry(root: string, folder: string): Promise<TelemetryFigures> {
  const load = Number((loadavg()[0] ?? 0).toFixed(1));
  const servers = await serversFor(SERVERS);
  const [ofStubs, ofTasks] = [await startCollector(), await startCollector()];
  try {
    return { load, overhead: await measureOverhead(servers, ofStubs), real: await measureRealTasks(root, servers, ofTasks, folder) };
  } finally {
    await Promise.all([ofStubs.close(), ofTasks.close()]);
  }
}
