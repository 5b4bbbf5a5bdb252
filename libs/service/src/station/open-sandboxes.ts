import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import { PIPELINE } from '@mle-smith/contracts';
import { jobEventOf, LimitedJobs, type JobRunner } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';
import { noteEvent } from '@mle-smith/stage-runtime';
import { jobQueueRecorder, observedJobs, type Log, type ServiceMetrics } from '@mle-smith/telemetry';
import type { Service } from '../process/run-service.ts';
import { PODS_AT_WORK, type StationServiceConfig } from '../settings.ts';
import { ClusterSight } from './cluster-sight.ts';
import { openPods, type OpenedPods, type PodConfig } from './open-pods.ts';
import type { StationParts } from './station-parts.ts';

export interface OpenSandboxesOptions {
  readonly app: string;
  readonly config: Pick<StationServiceConfig, 'workDirectory' | 'python' | 'allowUnsandboxed' | 'sandboxes' | 'jobRunner'> & PodConfig;
  readonly artifacts: ArtifactStore;
  readonly metrics: ServiceMetrics;
  readonly log: Log;
  /** Told what of the cluster of its pods cannot be seen. */
  readonly sight?: ClusterSight;
  readonly stopping: AbortSignal;
  readonly atEnd: Service<Record<string, never>>['atEnd'];
}

interface Jobs extends Partial<Pick<OpenedPods, 'gpusOf' | 'profileOf'>> {
  readonly runner: JobRunner;
}

/** What runs the jobs of a station, only so many at once: sandboxes of this machine, or pods of a cluster. */
export async function openSandboxes(options: OpenSandboxesOptions): Promise<StationParts['jobs']> {
  const { config, metrics, log, atEnd } = options;
  const onPods = config.jobRunner === 'kubernetes';
  const { runner, gpusOf, profileOf }: Jobs = onPods ? await openPods({ sight: new ClusterSight(), ...options }) : { runner: await openLocal(options) };
  atEnd('sandboxes', () => runner.close());
  const { kind, gaps } = runner.isolation('untrusted');
  const unsandboxed = config.allowUnsandboxed && (kind === 'none' || kind === 'pod');
  metrics.set('mlesmith_jobs_unsandboxed', unsandboxed ? 1 : 0);
  if (unsandboxed) log.write('job.unsandboxed', { gaps });
  const profile = onPods ? 'kubernetes' : 'sandbox';
  const stages = PIPELINE.filter((row) => row.app === options.app).map((row) => row.stage);
  return new LimitedJobs(observedJobs(runner, metrics, { profile, gpusOf, stages }), config.sandboxes ?? (onPods ? PODS_AT_WORK : availableParallelism()), {
    ...jobQueueRecorder(metrics, profile),
    ended: (ended) => noteEvent(jobEventOf(ended, { place: profile, profileOf, gpusOf }), ended.cameMs),
  });
}

/** Sandboxes of this machine. Each process has a folder of its own for them: a machine may hold several of one app. */
async function openLocal({ app, config, artifacts }: OpenSandboxesOptions): Promise<SandboxJobRunner> {
  const { path } = await ownFolder(join(config.workDirectory, app, 'sandboxes'));
  return SandboxJobRunner.open({
    artifacts,
    python: config.python,
    mleEnvPath: join(import.meta.dirname, '..', '..', '..', 'mle-env', 'src'),
    workDirectory: path,
    allowUnsandboxed: config.allowUnsandboxed,
  });
}
