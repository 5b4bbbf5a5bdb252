import { Environment } from '@mle-smith/environment';
import { CannedJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { platformProbes } from './probes.ts';

describe('probes of the platform', () => {
  it('say of each program that goes for a limit how it is meant to end, and of no other', async () => {
    const artifacts = new InMemoryArtifactStore();
    const jobs = new CannedJobRunner(() => ({}));
    const environment = new Environment({ jobs, artifacts, bundle: await artifacts.putBundle([]), name: 't', spec: { id: 'id', target: 'y' } });

    await platformProbes(environment, new AbortController().signal);

    expect(Object.fromEntries(jobs.jobs.map(({ name, meant }) => [name, meant]))).toEqual({
      'solve-mode-scored': undefined,
      'solve-mode-submission_missing': undefined,
      'solve-mode-submission_invalid': undefined,
      'solve-mode-code_failed': ['failed'],
      'solve-mode-timed_out': ['timeout'],
      'solve-mode-out_of_memory': ['out_of_memory'],
      'solve-mode-limit_exceeded': ['log_limit', 'output_rejected'],
      'solve-limit-output': ['failed', 'log_limit', 'output_rejected'],
      'solve-limit-processes': ['failed', 'log_limit', 'output_rejected'],
    });
  });
});
