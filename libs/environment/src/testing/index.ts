export { describeJobRunner, type RunnerUnderTest } from './job-runner-contract.ts';
export { CannedJobRunner } from './canned-job-runner.ts';
export { DirectJobRunner } from './direct-job-runner.ts';
export { openAttackRange, type AttackRange } from './attack-range.ts';
export { ATTACKS, type Attack } from './attacks/index.ts';
