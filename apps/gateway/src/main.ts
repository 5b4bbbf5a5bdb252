import { join } from 'node:path';
import {
  ConsumerPulse,
  faultsIn,
  GATEWAY_SERVICE_SETTINGS,
  listenAsTold,
  openServers,
  privateFolders,
  runService,
  serverFaults,
  serviceVersion,
  untilAborted,
  untilReached,
  type Servers,
  type Service,
} from '@mle-smith/service';
import { busRecorder, ServiceMetrics } from '@mle-smith/telemetry';
import { createWaitingGateway } from './gateway.ts';
import { logRequest } from './log-request.ts';
import { readApiKeys } from './read-api-keys.ts';

const serve = async (service: Service<typeof GATEWAY_SERVICE_SETTINGS>): Promise<void> => {
  const { config, log, stopping, fail, atEnd, owner } = service;
  const version = serviceVersion();
  const reached: { bucket?: Servers['bucket'] } = {};
  const pulse = new ConsumerPulse();
  const { shell, open } = createWaitingGateway({
    keys: await readApiKeys(config.apiKeysFile),
    version,
    proxies: config.proxies,
    dependencies: { 'object store': async () => (reached.bucket === undefined ? Promise.reject(new Error('it is not reached yet')) : reached.bucket.check()) },
    alive: () => pulse.beats,
    onRequest: logRequest(log),
  });
  const url = await listenAsTold(shell, config);
  atEnd('http', () => shell.close());
  log.write('service.starting', { url, owner });

  const servers = await openServers({
    app: 'gateway',
    // Each replica tells its own callers what happens.
    group: owner,
    config,
    log,
    observe: pulse.hearing(busRecorder(new ServiceMetrics(), log)),
    stopping,
    fail,
    atEnd,
    version,
    cache: { directory: join(config.workDirectory, 'gateway', 'artifacts'), bytes: config.cacheBytes },
  });
  reached.bucket = servers.bucket;
  const uploads = await privateFolders('gateway', config.workDirectory, atEnd)('uploads');
  // Requests in flight are answered before what they need is let go.
  atEnd('requests', () => shell.close());
  open({
    store: servers.state.tasks,
    artifacts: servers.artifacts,
    bus: servers.bus,
    calls: servers.state.calls,
    buckets: config.sourceBuckets,
    workDirectory: uploads,
    uploadBytes: config.uploadMb * 2 ** 20,
  });
  // The bus feeds streams of events only: callers are answered without it.
  await untilReached('kafka', () => servers.bus.start(), log, stopping);
  log.write('service.ready', { url });
  await untilAborted(stopping);
  log.write('service.stopping');
};

await runService('gateway', GATEWAY_SERVICE_SETTINGS, serve, async (config) => [
  ...(await faultsIn(() => readApiKeys(config.apiKeysFile))),
  ...(await serverFaults(config)),
]);
