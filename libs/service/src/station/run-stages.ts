import { rest, StationRun, type StationRunOptions } from '@mle-smith/stage-runtime';
import { noticeLogger, noticeRecorder, type ServiceMetrics } from '@mle-smith/telemetry';
import type { Service } from '../process/run-service.ts';
import type { Servers } from '../servers/open-servers.ts';
import type { STATION_SERVICE_SETTINGS } from '../settings.ts';
import { TRACING } from './tracing.ts';

export interface RunStagesOptions extends Pick<StationRunOptions, 'stages' | 'handlers' | 'held' | 'onTrouble'> {
  readonly metrics: ServiceMetrics;
}

/** The run of a station's stages, told to metrics and log; it is not started. */
export function stationRun(
  { config, log, owner }: Pick<Service<typeof STATION_SERVICE_SETTINGS>, 'config' | 'log' | 'owner'>,
  { state, bus, artifacts }: Pick<Servers, 'state' | 'bus' | 'artifacts'>,
  { metrics, ...how }: RunStagesOptions,
): StationRun {
  const tell = [noticeRecorder(metrics), noticeLogger(log)];
  return new StationRun({
    ...how,
    store: state.tasks,
    bus,
    owner,
    workers: config.workers,
    leaseMs: config.leaseSeconds === undefined ? undefined : config.leaseSeconds * 1_000,
    context: { artifacts },
    policy: { maxGenerations: config.maxGenerations },
    tracing: TRACING,
    onNotice: (notice) => tell.forEach((told) => told(notice)),
  });
}

/** Takes nothing new and lets work in hand finish; what is not done in time is handed back, without charge. */
export async function endInOrder(run: StationRun, patienceSeconds: number): Promise<void> {
  const patience = new AbortController();
  await Promise.race([run.drain().finally(() => patience.abort()), rest(patienceSeconds * 1_000, patience.signal)]);
  await run.stop();
}
