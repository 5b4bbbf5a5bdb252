import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { DirectJobRunner } from './direct-job-runner.ts';
import { describeJobRunner } from './job-runner-contract.ts';

describeJobRunner('DirectJobRunner', async () => {
  const artifacts = new InMemoryArtifactStore();
  const jobs = new DirectJobRunner({ artifacts });
  return Promise.resolve({ jobs, artifacts, close: () => jobs.close() });
});
