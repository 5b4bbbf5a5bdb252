import { PIPELINE } from '@mle-smith/contracts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { percentile } from '../statistics.ts';
import { Ends } from './ends.ts';
import { announce, APPS, names, StubStations } from './stub-stations.ts';

/** How fast news become work, with stages that do nothing. */
export interface FlowFigures {
  /** Events a second through one stage: made, heard, claimed, done, told. */
  readonly oneStage: number;
  /** Steps a second of datasets and their tasks through all stations. */
  readonly allStages: number;
  /** From the time of an event until its subject was claimed, ms, one at a time. */
  readonly claimMs: { readonly p50: number; readonly p99: number };
}

const FLOOD = 400;
const DATASETS = 30;
const ALONE = 100;
const WORKERS = 4;

export async function measureFlow(servers: readonly RunningServer[], folder: string): Promise<FlowFigures> {
  const one = await throughOneStage(servers, folder);
  return { ...one, allStages: await throughAllStages(servers, folder) };
}

async function throughOneStage(servers: readonly RunningServer[], folder: string): Promise<Pick<FlowFigures, 'oneStage' | 'claimMs'>> {
  const done = new Ends('task.designed');
  let claimed: () => void = () => undefined;
  const onNotice = (notice: Parameters<Ends['note']>[0]): void => {
    if (notice.phase === 'started') claimed();
    done.note(notice);
  };
  const stations = await StubStations.start(servers, folder, { apps: ['design'], workers: WORKERS, onNotice });
  const waits: number[] = [];
  for (const id of names('alone', ALONE)) {
    const began = performance.now();
    const claim = new Promise<void>((resolve) => (claimed = resolve));
    await announce(stations.client, 'task.proposed', [id]);
    await claim;
    waits.push(performance.now() - began);
  }
  await done.count(ALONE);
  const began = performance.now();
  await announce(stations.client, 'task.proposed', names('flood', FLOOD));
  await done.count(ALONE + FLOOD);
  const seconds = (performance.now() - began) / 1_000;
  await stations.stop();
  return { oneStage: Math.round(FLOOD / seconds), claimMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) } };
}

async function throughAllStages(servers: readonly RunningServer[], folder: string): Promise<number> {
  const done = new Ends('task.verified');
  const stations = await StubStations.start(servers, folder, { apps: APPS, workers: WORKERS, onNotice: done.note });
  const began = performance.now();
  await announce(stations.client, 'dataset.received', names('dataset', DATASETS));
  await done.count(DATASETS);
  const seconds = (performance.now() - began) / 1_000;
  await stations.stop();
  return Math.round((DATASETS * PIPELINE.length) / seconds);
}
