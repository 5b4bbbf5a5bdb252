import { rest, StationRun, type RemoteEventBus, type StationRunOptions } from '@mle-smith/stage-runtime';
import { noticeLogger, noticeRecorder, type ServiceMetrics } from '@mle-smith/telemetry';
import { untilAborted, type Service } from '../process/run-service.ts';
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

/** How long work in hand may take to finish where a fault ends the process, ms; work that is handed back costs its time, and no attempt. */
const PATIENCE_BY_FAULT_MS = 1_500;
/** Longest that brokers may take over a member that leaves, ms, and over events that were not told yet. */
const BUS_MS = 3_000;

export interface EndOptions {
  readonly run: Pick<StationRun, 'drain' | 'flush' | 'stop'>;
  readonly bus: Pick<RemoteEventBus, 'stop'>;
  /** How long work in hand may take to finish, ms. */
  readonly patienceMs: number;
  /** Aborted by a fault that ends the process, before or meanwhile. */
  readonly failed: AbortSignal;
}

/**
 * Takes nothing new, neither work nor news, and lets work in hand finish; what is not done in time is handed back, without
 * charge, and what came of the rest is told as far as brokers take it (platform KB-16).
 */
export async function endInOrder({ run, bus, patienceMs, failed }: EndOptions): Promise<void> {
  const over = new AbortController();
  const drained = run.drain();
  // The others of the group have its news at once, and wait for no member that says nothing.
  const left = bus.stop();
  const byFault = untilAborted(AbortSignal.any([failed, over.signal])).then(() => rest(PATIENCE_BY_FAULT_MS, over.signal));
  await Promise.race([drained, rest(patienceMs, over.signal), byFault]).finally(() => over.abort());
  await soon(left);
  await run.stop();
  if (!failed.aborted) await soon(run.flush());
}

/** Waits for brokers, and no longer than there is time for. */
async function soon(done: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([done.finally(() => over.abort()), rest(BUS_MS, over.signal)]);
}
