import { join } from 'node:path';
import { GATEWAY_SERVICE_SETTINGS, openServers, runService, serviceVersion, untilAborted, untilReached, type Service } from '@mle-smith/service';
import { busRecorder, ServiceMetrics } from '@mle-smith/telemetry';
import { createGateway } from './gateway.ts';
import { logRequest } from './log-request.ts';
import { readApiKeys } from './read-api-keys.ts';

await runService('gateway', GATEWAY_SERVICE_SETTINGS, async (service: Service<typeof GATEWAY_SERVICE_SETTINGS>) => {
  const { config, log, stopping, fail, atEnd, owner } = service;
  const keys = await readApiKeys(config.apiKeysFile);
  const version = serviceVersion();
  const folder = join(config.workDirectory, 'gateway');
  const servers = await openServers({
    app: 'gateway',
    // Each replica tells its own callers what happens.
    group: owner,
    config,
    log,
    observe: busRecorder(new ServiceMetrics(), log),
    stopping,
    fail,
    atEnd,
    version,
    cache: { directory: join(folder, 'artifacts'), bytes: config.cacheBytes },
  });
  const gateway = createGateway({
    store: servers.state.tasks,
    artifacts: servers.artifacts,
    bus: servers.bus,
    calls: servers.state.calls,
    keys,
    buckets: config.sourceBuckets,
    workDirectory: join(folder, 'uploads'),
    uploadBytes: config.uploadMb * 2 ** 20,
    version,
    proxies: config.proxies,
    dependencies: { 'object store': () => servers.bucket.check() },
    onRequest: logRequest(log),
  });
  const { url } = await gateway.listen({ host: config.host, port: config.port });
  atEnd('http', () => gateway.close());
  log.write('service.starting', { url, owner });
  // The bus feeds streams of events only: callers are answered without it.
  await untilReached('kafka', () => servers.bus.start(), log, stopping);
  log.write('service.ready', { url });
  await untilAborted(stopping);
  log.write('service.stopping');
});
