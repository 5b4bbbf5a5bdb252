export { answerOfKilled, type Answer, type AnswerHeader } from './answer.ts';
export { FrameReader, FrameTooLongError } from './frame-reader.ts';
export { HASH_SEEDS } from './hash-seeds.ts';
export { tellsPhases } from './job-phases.ts';
export { escapeControls, escapedLine, jobResult } from './job-result.ts';
export { SandboxPool, type PooledSandbox, type SandboxPoolOptions } from './sandbox-pool.ts';
export { seccompFilter } from './seccomp.ts';
export { UnsandboxedRefusedError } from './unsandboxed-refused-error.ts';
