import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import { LimitedJobs } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';
import { jobQueueRecorder, observedJobs, type Log, type ServiceMetrics } from '@mle-smith/telemetry';
import type { Service } from '../process/run-service.ts';
import type { StationServiceConfig } from '../settings.ts';
import type { StationParts } from './station-parts.ts';

export interface OpenSandboxesOptions {
  readonly app: string;
  readonly config: Pick<StationServiceConfig, 'workDirectory' | 'python' | 'allowUnsandboxed' | 'sandboxes'>;
  readonly artifacts: ArtifactStore;
  readonly metrics: ServiceMetrics;
  readonly log: Pick<Log, 'write'>;
  readonly atEnd: Service<Record<string, never>>['atEnd'];
}

/** Sandboxes, as many at work as there are processors. Each process has a folder of its own for them: a machine may hold several of one app. */
export async function openSandboxes({ app, config, artifacts, metrics, log, atEnd }: OpenSandboxesOptions): Promise<StationParts['jobs']> {
  const { path } = await ownFolder(join(config.workDirectory, app, 'sandboxes'));
  const runner = await SandboxJobRunner.open({
    artifacts,
    python: config.python,
    mleEnvPath: join(import.meta.dirname, '..', '..', '..', 'mle-env', 'src'),
    workDirectory: path,
    allowUnsandboxed: config.allowUnsandboxed,
  });
  atEnd('sandboxes', () => runner.close());
  const { kind, gaps } = runner.isolation('untrusted');
  if (config.allowUnsandboxed && kind === 'none') log.write('job.unsandboxed', { gaps });
  return new LimitedJobs(observedJobs(runner, metrics), config.sandboxes ?? availableParallelism(), jobQueueRecorder(metrics));
}
