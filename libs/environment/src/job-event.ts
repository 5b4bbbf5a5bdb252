import { LONGEST_EVENT_TEXT, type JobEvent } from '@mle-smith/contracts';
import type { Job, JobResult } from './job-runner.ts';

/** A job that is over. */
export interface EndedJob {
  readonly job: Job;
  /** When it came, by `performance.now()`. */
  readonly cameMs: number;
  /** How long it waited for a place, and how long it was in the hands of its runner. */
  readonly queuedMs: number;
  readonly tookMs: number;
  /** What came of it, or why its runner could not run it. */
  readonly ended: JobResult | Error;
}

/** Where jobs run, as a timeline tells it. */
export interface JobPlace {
  readonly place: string;
  /** The row of the table of pods for jobs of a zone, where they run in pods. */
  readonly profileOf?: ((zone: Job['zone'], trust: Job['trust']) => string) | undefined;
  /** Accelerators that a job of a zone has to itself; none where this is not given. */
  readonly gpusOf?: ((zone: Job['zone'], trust: Job['trust']) => number) | undefined;
}

/** What a timeline tells of a job. */
export function jobEventOf({ job, queuedMs, tookMs, ended }: EndedJob, { place, profileOf, gpusOf = () => 0 }: JobPlace): Omit<JobEvent, 'atMs'> {
  const about = {
    kind: 'job',
    name: job.name.slice(0, LONGEST_EVENT_TEXT),
    zone: job.zone,
    place,
    ...(profileOf === undefined ? {} : { profile: profileOf(job.zone, job.trust) }),
    queuedMs: Math.round(queuedMs),
  } as const;
  if (ended instanceof Error) {
    const { code = ended.name } = ended as { code?: unknown };
    return { ...about, status: 'not_run', code: String(code).slice(0, LONGEST_EVENT_TEXT), runMs: Math.round(tookMs) };
  }
  const { status, durationMs, cpuSeconds, peakMemoryMb } = ended;
  const gpus = gpusOf(job.zone, job.trust);
  return {
    ...about,
    status,
    ...(job.meant === undefined ? {} : { asMeant: job.meant.includes(status) }),
    runMs: Math.round(durationMs),
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
    ...(gpus === 0 ? {} : { gpuSeconds: (gpus * durationMs) / 1_000 }),
    ...(peakMemoryMb === undefined ? {} : { peakMemoryMb }),
  };
}
