export { describeJobRunner, type RunnerUnderTest } from './job-runner-contract.ts';
export { CannedJobRunner } from './canned-job-runner.ts';
export { DirectJobRunner } from './direct-job-runner.ts';
