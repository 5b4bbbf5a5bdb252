export { describeJobRunner, type RunnerUnderTest } from './job-runner-contract.ts';
export { DirectJobRunner } from './direct-job-runner.ts';
