import type { Job } from '@mle-smith/environment';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { KubernetesPodJobs } from '../../cluster/kubernetes-pod-jobs.ts';
import type { PodSettingsInput } from '../../cluster/settings.ts';
import { KubernetesJobRunner } from '../kubernetes-job-runner.ts';
import { programOf } from './program-of.ts';

// A process of its own, to be killed while its job runs.
const { kubeconfigFile, settings, secret, program } = JSON.parse(process.argv[2] ?? '') as Readonly<Record<'kubeconfigFile' | 'secret' | 'program', string>> & {
  readonly settings: PodSettingsInput;
};
const jobs = new KubernetesJobRunner({
  artifacts: new InMemoryArtifactStore(),
  pods: await KubernetesPodJobs.open({ access: { kubeconfigFile }, settings }),
  secret,
  profiles: { measure: 'cpu', solve: 'cpu', grade: 'cpu' },
  mostWarm: 0,
  warmIdleMs: 1_000,
});
const job: Job = programOf(program);
process.stdout.write((await jobs.run(job)).log);
await jobs.close();
