import type { Job } from '@mle-smith/environment';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { KubernetesPodJobs } from '../../cluster/kubernetes-pod-jobs.ts';
import type { PodSettingsInput } from '../../cluster/settings.ts';
import { KubernetesJobRunner } from '../kubernetes-job-runner.ts';
import type { SessionTimes } from '../pod-order.ts';
import { programOf } from './program-of.ts';

// A process of its own, to be killed while its job runs, or between two jobs of a session.
const { kubeconfigFile, settings, secret, program, session } = JSON.parse(process.argv[2] ?? '') as Readonly<
  Record<'kubeconfigFile' | 'secret' | 'program', string>
> & {
  readonly settings: PodSettingsInput;
  readonly session?: SessionTimes;
};
const jobs = new KubernetesJobRunner({
  artifacts: new InMemoryArtifactStore(),
  pods: await KubernetesPodJobs.open({ access: { kubeconfigFile }, settings }),
  secret,
  profiles: { measure: 'cpu', solve: 'cpu', grade: 'cpu' },
  mostWarm: 0,
  warmIdleMs: session === undefined ? 1_000 : 3_600_000,
  ...(session === undefined ? {} : { sessions: session }),
});
const job: Job = programOf(program, session === undefined ? {} : { session: { over: new AbortController().signal } });
process.stdout.write((await jobs.run(job)).log);
if (session === undefined) await jobs.close();
