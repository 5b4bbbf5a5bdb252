import type { Isolation } from '@mle-smith/contracts';
import type { ArtifactStore } from '@mle-smith/package';
import type { Job, JobLimits, JobResult, JobStatus } from '../job-runner.ts';
import type { Answer } from './answer.ts';
import { tellsPhases, withoutPhases } from './job-phases.ts';

/** What a job may not have ended by, as a status and one line for a person; undefined where it ended by itself and within its limits. */
function verdictOf(answer: Answer, limits: JobLimits): { status: JobStatus; message: string } | undefined {
  if (answer.status === 'timeout') return { status: 'timeout', message: `ran longer than ${limits.wallMs / 1000} s` };
  if (answer.status === 'cpu') return { status: 'timeout', message: `used more than ${limits.cpuSeconds} s of processor time` };
  if (answer.status === 'log_limit') return { status: 'log_limit', message: `wrote more than ${limits.logBytes * 10} bytes of output` };
  if (answer.status === 'memory' || answer.outOfMemory || answer.exitCode === 137)
    return { status: 'out_of_memory', message: `used more than ${limits.memoryMb} MB of memory` };
  if (answer.status === 'result_limit') return { status: 'output_rejected', message: 'the result is larger than the limit' };
  if (answer.status === 'rejected') return { status: 'output_rejected', message: escapedLine(answer.message) };
  return undefined;
}

/** The result of a job that its sandbox answered, its outputs put into the store. */
export async function jobResult(
  answer: Answer,
  job: Pick<Job, 'run' | 'trust'>,
  limits: JobLimits,
  isolation: Isolation,
  artifacts: ArtifactStore,
): Promise<JobResult> {
  const log = escapeControls(answer.log.toString('utf8'));
  const common = {
    log,
    durationMs: answer.durationMs,
    peakMemoryMb: answer.peakMemoryMb,
    cpuSeconds: answer.cpuSeconds,
    isolation,
    outputs: [],
    ...(answer.exitCode === null ? {} : { exitCode: answer.exitCode }),
    ...(answer.signal === null ? {} : { signal: String(answer.signal) }),
  };
  const stopped = verdictOf(answer, limits);
  if (stopped !== undefined) return { ...common, ...stopped };
  const outputs = await Promise.all(
    answer.outputs.map(async (file) => ({ path: file.path, digest: await artifacts.put(file.bytes), bytes: file.bytes.length })),
  );
  if (answer.exitCode !== 0)
    return {
      ...common,
      outputs,
      status: 'failed',
      message: lastLine(log) || `ended with ${answer.signal === null ? `code ${answer.exitCode}` : `signal ${answer.signal}`}`,
    };
  if (!('call' in job.run)) return { ...common, outputs, status: 'succeeded', message: '' };
  const { value: said, phases } = tellsPhases(job) ? withoutPhases(answer.result) : { value: answer.result, phases: [] };
  const value = parsed(said);
  return value === undefined
    ? { ...common, status: 'output_rejected', message: 'the result is not JSON' }
    : { ...common, outputs, status: 'succeeded', message: '', value: value.json, ...(phases.length === 0 ? {} : { phases }) };
}

function parsed(result: Buffer): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(result.toString('utf8')) as unknown };
  } catch {
    return undefined;
  }
}

/** Characters of hostile output that would forge lines, drive a terminal or turn the direction of text. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same text with such characters spelled out. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The same as one line of text. */
export function escapedLine(text: string): string {
  return escapeControls(text.replace(/\s*\n\s*/g, ' '));
}

function lastLine(log: string): string {
  return log.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
