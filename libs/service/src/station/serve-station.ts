import { join } from 'node:path';
import { agentsOf } from '@mle-smith/agent';
import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { DEFAULT_RETRY_POLICY, rest, StationRun } from '@mle-smith/stage-runtime';
import {
  busRecorder,
  inject,
  noticeLogger,
  noticeRecorder,
  observedCalls,
  observeQueues,
  ServiceMetrics,
  sourceRecorder,
  withAttempt,
} from '@mle-smith/telemetry';
import { createHttpShell } from '../http/http-shell.ts';
import { runService, untilAborted, type Service } from '../process/run-service.ts';
import { untilReached } from '../process/until-reached.ts';
import { serviceVersion } from '../process/service-version.ts';
import { openServers, type Servers } from '../servers/open-servers.ts';
import { sourceBuckets } from '../servers/source-buckets.ts';
import { STATION_SERVICE_SETTINGS } from '../settings.ts';
import type { EndpointWatch } from './endpoint-watch.ts';
import { holdIntake, INTAKE, marksOf } from './hold-intake.ts';
import { logTrouble } from './log-trouble.ts';
import { modelsOptions } from './open-models.ts';
import { openSandboxes } from './open-sandboxes.ts';
import { byModels, byModelsOrRules, type Handlers, type ThinkingOptions } from './station-models.ts';
import type { Compose, StationParts } from './station-parts.ts';

type Station = Service<typeof STATION_SERVICE_SETTINGS>;

/**
 * Runs a station as a service until SIGTERM: health at once, then its servers, waited for as long as they are out of
 * reach, then its stages; news of the bus come as soon as they can. Ends the process: 0 after a shutdown in order, 78 for what only an operator can mend, else 1.
 */
export async function serveStation(app: string, compose: Compose): Promise<void> {
  await runService(app, STATION_SERVICE_SETTINGS, (service) => live(app, service, compose));
}

async function live(app: string, service: Station, compose: Compose): Promise<void> {
  const { config, log, stopping, atEnd, fail } = service;
  const metrics = new ServiceMetrics();
  const health = { servers: undefined as Servers | undefined, endpoint: undefined as EndpointWatch | undefined, hears: false };
  const shell = createHttpShell({
    health: {
      started: () => health.servers !== undefined,
      dependencies: {
        mongodb: async () => health.servers?.state.tasks.now(),
        'object store': async () => health.servers?.bucket.check(),
        // An outage later on changes nothing: work comes from the store, and a consumer that dies ends the process.
        kafka: async () => {
          if (!health.hears) throw new Error('news of the bus do not come yet');
        },
        ...(config.engine === 'llm' ? { models: async () => health.endpoint?.check() } : {}),
      },
    },
  });
  const { url } = await shell.listen({ host: config.host, port: config.port });
  atEnd('http', () => shell.close());
  log.write('service.starting', { url, owner: service.owner });

  const version = serviceVersion();
  const cache = { directory: join(config.workDirectory, app, 'artifacts'), bytes: config.cacheBytes };
  const stages = PIPELINE.filter((row) => row.app === app).map((row) => row.stage);
  const marks = stages.includes(INTAKE.stage) ? marksOf(config) : undefined;
  const observe = busRecorder(metrics, log, marks);
  const servers = await openServers({ app, config, log, observe, stopping, fail, atEnd, cache, version });
  health.servers = servers;
  const jobs = await openSandboxes({ app, config, artifacts: servers.artifacts, metrics, log, stopping, atEnd });
  const { tasks } = servers.state;
  const beside: ((stopping: AbortSignal) => Promise<void>)[] = [];
  const parts: Omit<StationParts, 'models'> = {
    config,
    store: tasks,
    artifacts: servers.artifacts,
    bus: servers.bus,
    jobs,
    sourceAt: sourceBuckets(config, atEnd),
    onSource: sourceRecorder(metrics, log),
    beside: (work) => void beside.push(work),
  };
  const tell = [noticeRecorder(metrics), noticeLogger(log)];
  const onTrouble = logTrouble(log);
  observeQueues(metrics, { source: tasks, deadlineMs: DEFAULT_RETRY_POLICY.deadlineMs, stages });
  const stagesBy: ThinkingOptions['compose'] = (models) => compose({ ...parts, models });
  const { handlers, watch } = await thinkingOf(service, servers, metrics, stages, stagesBy);
  health.endpoint = watch;
  const run = new StationRun({
    store: tasks,
    bus: servers.bus,
    stages,
    handlers,
    held: () => watch?.refuses === true,
    owner: service.owner,
    workers: config.workers,
    leaseMs: config.leaseSeconds === undefined ? undefined : config.leaseSeconds * 1_000,
    context: { artifacts: servers.artifacts },
    policy: { maxGenerations: config.maxGenerations },
    tracing: { attempt: (item, cause, work) => withAttempt(item, cause, work), current: inject },
    onNotice: (notice) => tell.forEach((told) => told(notice)),
    onTrouble,
  });
  const onFault = (error: unknown): void => onTrouble({ during: 'sweep', error });
  const intake = marks === undefined ? undefined : holdIntake({ store: tasks, bus: servers.bus, marks, onNotice: observe, onFault });
  // The store holds what is to be done: work does not wait for brokers, nor until a group gives up a member that was killed.
  run.start().catch(fail);
  try {
    await untilReached('kafka', () => servers.bus.start(), log, stopping);
    void intake?.(stopping);
    for (const work of beside) work(stopping).catch(fail);
    health.hears = true;
    log.write('service.ready', { stages });
    await untilAborted(stopping);
  } finally {
    health.hears = false;
    log.write('service.stopping');
    // What is not done in time is handed back, without charge.
    const patience = new AbortController();
    await Promise.race([run.drain().finally(() => patience.abort()), rest(config.shutdownSeconds * 1_000, patience.signal)]);
    await run.stop();
  }
}

/** The stages, by what thinks in them, and the endpoint that their work waits for. */
async function thinkingOf(
  { config, log, stopping, fail }: Station,
  { state }: Servers,
  metrics: ServiceMetrics,
  stages: readonly StageName[],
  compose: ThinkingOptions['compose'],
): Promise<{ handlers: Handlers; watch?: EndpointWatch }> {
  // Stages without agents wait for no endpoint.
  if (config.engine === 'rules' || agentsOf(stages).length === 0) return { handlers: await compose(undefined) };
  const models = await modelsOptions({ config, stages, calls: observedCalls(state.calls, metrics), book: state.budgets, metrics });
  const options = { models, compose, log, stopping };
  return config.fallback === undefined ? byModels(options) : { handlers: await byModelsOrRules(options, fail) };
}
