export { probeSandbox, type SandboxProbe } from './probe-sandbox.ts';
export { SandboxJobRunner, type SandboxOptions } from './sandbox-job-runner.ts';
export { SandboxStartError } from './sandbox-process.ts';
