import type { Job } from '@mle-smith/environment';
import type { Digest } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { KubernetesPodJobs } from '../../cluster/kubernetes-pod-jobs.ts';
import type { PodSettingsInput } from '../../cluster/settings.ts';
import { KubernetesJobRunner } from '../kubernetes-job-runner.ts';
import type { SessionTimes } from '../pod-order.ts';
import { inputIn, programOf } from './program-of.ts';

/** A store that says when the input of the job is read, which is when the pod has let us in: the order follows at once. */
class TellingStore extends InMemoryArtifactStore {
  override async *read(digest: Digest): AsyncGenerator<Uint8Array> {
    process.stdout.write('sending\n');
    yield* super.read(digest);
  }
}

// A process of its own, to be killed while its job runs, or between two jobs of a session.
const { kubeconfigFile, settings, secret, program, session } = JSON.parse(process.argv[2] ?? '') as Readonly<
  Record<'kubeconfigFile' | 'secret' | 'program', string>
> & {
  readonly settings: PodSettingsInput;
  readonly session?: SessionTimes;
};
const artifacts = new TellingStore();
const jobs = new KubernetesJobRunner({
  artifacts,
  pods: await KubernetesPodJobs.open({ access: { kubeconfigFile }, settings }),
  secret,
  profiles: { measure: 'cpu', solve: 'cpu', grade: 'cpu' },
  mostWarm: 0,
  warmIdleMs: session === undefined ? 1_000 : 3_600_000,
  ...(session === undefined ? {} : { sessions: session }),
});
const job: Job = programOf(program, {
  inputs: [await inputIn(artifacts)],
  ...(session === undefined ? {} : { session: { over: new AbortController().signal } }),
});
process.stdout.write((await jobs.run(job)).log);
if (session === undefined) await jobs.close();
