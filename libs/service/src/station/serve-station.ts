import { join } from 'node:path';
import type { KafkaEventBus } from '@mle-smith/adapter-kafka';
import { agentsOf } from '@mle-smith/agent';
import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { DEFAULT_RETRY_POLICY } from '@mle-smith/stage-runtime';
import { busRecorder, fallbackRecorder, observedCalls, observeQueues, observeRefusal, ServiceMetrics, sourceRecorder } from '@mle-smith/telemetry';
import { createHttpShell } from '../http/http-shell.ts';
import { isConfigurationFault } from '../process/configuration-faults.ts';
import { listenAsTold } from '../process/listen-as-told.ts';
import { privateFolders } from '../process/private-folders.ts';
import { runService, untilAborted, type Service } from '../process/run-service.ts';
import { untilReached } from '../process/until-reached.ts';
import { serviceVersion } from '../process/service-version.ts';
import { ConsumerPulse } from '../servers/consumer-pulse.ts';
import { openServers, type Servers } from '../servers/open-servers.ts';
import { sourceBuckets } from '../servers/source-buckets.ts';
import { STATION_SERVICE_SETTINGS, type StationServiceConfig } from '../settings.ts';
import type { ClusterSight } from './cluster-sight.ts';
import type { EndpointWatch } from './endpoint-watch.ts';
import { holdIntake, INTAKE, marksOf } from './hold-intake.ts';
import { logTrouble } from './log-trouble.ts';
import { modelsOptions } from './open-models.ts';
import { openSandboxes } from './open-sandboxes.ts';
import { endInOrder, stationRun } from './run-stages.ts';
import { stationFaults } from './station-faults.ts';
import { StationHealth } from './station-health.ts';
import { byModels, byModelsOrRules, type Handlers, type ThinkingOptions } from './station-models.ts';
import type { Compose, StationParts } from './station-parts.ts';

type Station = Service<typeof STATION_SERVICE_SETTINGS>;

/**
 * Runs a station as a service until SIGTERM: health at once, then its servers, waited for as long as they are out of
 * reach, then its stages; news of the bus come as soon as they can. Ends the process: 0 after a shutdown in order, 78 for what only an operator can mend, else 1.
 * `faultsOf`: what its own settings are not together.
 */
export async function serveStation(app: string, compose: Compose, faultsOf: (config: StationServiceConfig) => readonly string[] = () => []): Promise<void> {
  await runService(
    app,
    STATION_SERVICE_SETTINGS,
    (service) => live(app, service, compose),
    async (config) => [...(await stationFaults(stagesOf(app), config)), ...faultsOf(config)],
  );
}

async function live(app: string, service: Station, compose: Compose): Promise<void> {
  const { config, log, stopping, failed, fail, atEnd } = service;
  const pulse = new ConsumerPulse();
  const health = new StationHealth(undefined, pulse);
  await answerHealth(service, health);
  const metrics = new ServiceMetrics();
  const stages = stagesOf(app);
  const marks = stages.includes(INTAKE.stage) ? marksOf(config) : undefined;
  const observe = pulse.hearing(busRecorder(metrics, log, marks));
  const cache = { directory: join(config.workDirectory, app, 'artifacts'), bytes: config.cacheBytes };
  const servers = await openServers({ app, config, log, observe, stopping, fail, atEnd, cache, version: serviceVersion() });
  health.servers = servers;
  observeQueues(metrics, { source: servers.state.tasks, deadlineMs: DEFAULT_RETRY_POLICY.deadlineMs, stages });
  const beside: Beside[] = [];
  const parts = await partsOf(app, service, servers, metrics, health.sight, beside);
  const { handlers, watch } = await thinkingOf(service, servers, metrics, stages, (models) => compose({ ...parts, models }));
  health.endpoint = watch ?? 'none';
  const onTrouble = logTrouble(log);
  const run = stationRun(service, servers, { stages, handlers, held: () => watch?.refuses === true, onTrouble, metrics });
  if (marks !== undefined) {
    const onFault = (error: unknown): void => onTrouble({ during: 'sweep', error });
    beside.push(holdIntake({ store: servers.state.tasks, bus: servers.bus, marks, onNotice: observe, onFault }));
  }
  await refuseMissingTopics(servers.bus);
  // The store holds what is to be done: work does not wait for brokers, nor until a group gives up a member that was killed.
  run.start().catch(fail);
  try {
    await untilReached('kafka', () => servers.bus.start(), log, stopping);
    for (const work of beside) work(stopping).catch(fail);
    health.hears = true;
    log.write('service.ready', { stages });
    await untilAborted(stopping);
  } finally {
    health.hears = false;
    log.write('service.stopping');
    await endInOrder({ run, bus: servers.bus, patienceMs: config.shutdownSeconds * 1_000, failed });
  }
}

function stagesOf(app: string): readonly StageName[] {
  return PIPELINE.filter((row) => row.app === app).map((row) => row.stage);
}

/** Something done beside the stages until the station stops. */
type Beside = Parameters<StationParts['beside']>[0];

/** Health comes before everything else: a service that waits for its servers says so. */
async function answerHealth({ config, log, owner, atEnd }: Station, health: StationHealth): Promise<void> {
  const shell = createHttpShell({ health: health.options(config) });
  const url = await listenAsTold(shell, config);
  atEnd('http', () => shell.close());
  log.write('service.starting', { url, owner });
}

/** What the stages are made of, but for models; what is to be done beside them is added to `beside`. */
async function partsOf(
  app: string,
  { config, log, stopping, atEnd }: Station,
  { artifacts, bus, state }: Servers,
  metrics: ServiceMetrics,
  sight: ClusterSight,
  beside: Beside[],
): Promise<Omit<StationParts, 'models'>> {
  return {
    config,
    store: state.tasks,
    artifacts,
    bus,
    jobs: await openSandboxes({ app, config, artifacts, metrics, log, sight, stopping, atEnd }),
    folder: privateFolders(app, config.workDirectory, atEnd),
    sourceAt: sourceBuckets(config, atEnd),
    onSource: sourceRecorder(metrics, log),
    beside: (work) => void beside.push(work),
  };
}

/** Ends a station before it did anything where a topic is missing. Brokers that are out of reach are waited for while it works. */
async function refuseMissingTopics(bus: Pick<KafkaEventBus, 'checkTopics'>): Promise<void> {
  await bus.checkTopics().catch((error: unknown) => {
    if (isConfigurationFault(error)) throw error;
  });
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
  if (config.fallback !== undefined) return { handlers: await byModelsOrRules(options, { told: fallbackRecorder(metrics, log, stages), fail }) };
  const thinking = await byModels(options);
  observeRefusal(metrics, () => thinking.watch.wants);
  return thinking;
}
