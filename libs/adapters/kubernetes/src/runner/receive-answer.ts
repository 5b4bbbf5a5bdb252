import type { JobLimits } from '@mle-smith/environment';
import { FrameTooLongError, type Answer, type FrameReader } from '@mle-smith/environment/sandbox';
import { z } from 'zod';
import { json } from './pod-channel.ts';

const MOST_FILES = 60_000;
const LONGEST_HEADER = 32 * 1024 * 1024;
const MOST_RESULT = 65 * 1024 * 1024;
/** A year of one processor. */
const MOST_CPU_SECONDS = 31_536_000;
/** 16 TiB. */
const MOST_MEMORY_MB = 2 ** 24;
/** No pod lives so long beyond the time of its job. */
const MOST_OVERTIME_MS = 600_000;
/** What the server adds to a log that it cut. */
const LOG_NOTE = 100;

const count = z.int().min(0);
/** As the server's own rule for names of outputs: nothing that leaves the folder, no odd characters. */
const path = z
  .string()
  .max(4_096)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._ -]{0,199}(\/[A-Za-z0-9_][A-Za-z0-9._ -]{0,199})*$/);
const Header = z.object({
  id: z.string().max(1_000),
  status: z.enum(['ended', 'timeout', 'cpu', 'memory', 'log_limit', 'result_limit', 'rejected']),
  message: z.string().max(10_000),
  exitCode: z.int().min(0).max(255).nullable(),
  signal: z.int().min(1).max(64).nullable(),
  durationMs: z.number().min(0),
  peakMemoryMb: z.number().min(0).max(MOST_MEMORY_MB),
  // An image of before may run in pods.
  cpuSeconds: z.number().min(0).max(MOST_CPU_SECONDS).default(0),
  outOfMemory: z.boolean(),
  logBytes: count,
  resultBytes: count.max(MOST_RESULT),
  outputs: z.array(z.object({ path, bytes: count })).max(MOST_FILES),
});

/** A pod answered what no server of ours would. */
export class BadAnswerError extends Error {
  readonly code = 'pod_answer_refused';
  constructor(job: string, what: string) {
    super(`the answer of the pod is refused: ${what} [job=${job}]`);
    this.name = new.target.name;
  }
}

/**
 * Reads the answer to a job, no more of it than its limits allow: beside the server ran a stranger's program. Undefined
 * when the connection ended before. Throws `BadAnswerError`.
 */
export async function receiveAnswer(frames: FrameReader, id: string, limits: JobLimits, wanted: readonly string[]): Promise<Answer | undefined> {
  const line = await frames.line(LONGEST_HEADER).catch((error: unknown) => {
    if (error instanceof FrameTooLongError) throw new BadAnswerError(id, error.message);
    throw error;
  });
  if (line === undefined) return undefined;
  const read = Header.safeParse(json(line));
  if (!read.success) throw new BadAnswerError(id, `${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}`);
  const header = read.data;
  const fault = faultOf(header, id, limits, wanted);
  if (fault !== undefined) throw new BadAnswerError(id, fault);
  const log = await frames.bytes(header.logBytes);
  const result = await frames.bytes(header.resultBytes);
  const outputs: { path: string; bytes: Buffer }[] = [];
  for (const file of header.outputs) {
    const bytes = await frames.bytes(file.bytes);
    if (bytes !== undefined) outputs.push({ path: file.path, bytes });
  }
  if (log === undefined || result === undefined || outputs.length < header.outputs.length) return undefined;
  return { ...header, log, result, outputs };
}

function faultOf(header: z.infer<typeof Header>, id: string, limits: JobLimits, wanted: readonly string[]): string | undefined {
  if (header.id !== id) return 'it is that of another job';
  if (header.durationMs > limits.wallMs + MOST_OVERTIME_MS) return 'its job lasted longer than its pod can';
  if (header.logBytes > limits.logBytes + LOG_NOTE) return 'its log is longer than the limit';
  if (header.outputs.reduce((sum, file) => sum + file.bytes, 0) > limits.diskMb * 1024 * 1024) return 'its outputs are larger than the limit';
  if (new Set(header.outputs.map((file) => file.path)).size < header.outputs.length) return 'a file comes twice';
  if (!header.outputs.every((file) => wanted.some((name) => file.path === name || file.path.startsWith(`${name.replace(/\/$/, '')}/`))))
    return 'it has a file that nobody asked for';
  return undefined;
}
