/** The gateway over the stores of one machine: it takes and shows datasets; stations that share its stores work on them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemArtifactStore, FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { GatewayConfigError, readGatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';

async function main(): Promise<void> {
  const config = readGatewayConfig(process.env);
  const { stateDirectory } = config;
  const store = SqliteTaskStore.open(stateDirectory);
  const calls = join(stateDirectory, 'calls');
  const gateway = createGateway({
    ...config,
    store,
    artifacts: await FilesystemArtifactStore.open(join(stateDirectory, 'artifacts')),
    ...((await access(calls).then(
      () => true,
      () => false,
    ))
      ? { calls: FilesystemCallStore.openReader(calls) }
      : {}),
    workDirectory: join(stateDirectory, 'work'),
    onRequest: (notice) => {
      const { problem, ...line } = notice;
      const fault = problem?.code === 'internal' ? { fault: String((problem.cause as Error | undefined)?.stack ?? problem.cause) } : {};
      process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), msg: 'request answered', ...line, code: problem?.code, ...fault })}\n`);
    },
  });
  const { url } = await gateway.listen(config);
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), msg: 'gateway listens', url })}\n`);
  const stop = (): void => void gateway.close().finally(() => store.close());
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  const known = typeof (error as { code?: unknown }).code === 'string';
  process.stderr.write(`${error instanceof Error ? (known ? error.message : error.stack) : String(error)}\n`);
  process.exitCode = error instanceof GatewayConfigError ? 78 : 1;
}
