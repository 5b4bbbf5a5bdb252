import { z } from 'zod';
import type { BundleFile, Digest } from '@mle-smith/package';
import type { Job, JobResult, JobRunner } from './job-runner.ts';

/** What grading needs to know of a task. */
export interface GradingSpec {
  readonly id: string;
  readonly target: string;
  readonly metric?: string;
  /** The standard error that the verification found for a good solution; scores are told no finer. */
  readonly leastError?: number;
}

/** The grader's answer; `score` is null where the submission is not valid. */
export const Grade = z.object({ valid: z.boolean(), score: z.number().nullable(), message: z.string(), standardError: z.number().nullable() });
export type Grade = z.infer<typeof Grade>;

/** The package cannot grade anything, so the submission is not to blame. */
export class UngradableError extends Error {
  readonly code = 'package_cannot_grade';
  constructor(message: string) {
    super(`the package cannot grade: ${message}; run \`mle-smith verify\` on it`);
    this.name = new.target.name;
  }
}

/** The machine failed, not the submission. */
export class EnvironmentFault extends Error {
  readonly code = 'environment_fault';
  constructor(what: string, result: Pick<JobResult, 'message'>) {
    super(`${what} could not be done: ${result.message}; try again`);
    this.name = new.target.name;
  }
}

const LIMITS = { wallMs: 60_000, cpuSeconds: 55, memoryMb: 2_048 };

/** Throws `UngradableError`, `EnvironmentFault`. Grades one submission (`trust` says whose metric.py it is) in a sandbox which sees the package and the submission and never the program that made it. */
export async function scoreSubmission(
  jobs: JobRunner,
  task: { name: string; bundle: Digest; spec: GradingSpec; trust: Job['trust'] },
  submission: Digest,
  signal?: AbortSignal,
): Promise<Grade> {
  const result = await jobs.run(
    {
      name: `grade-${task.name}`,
      zone: 'grade',
      trust: task.trust,
      run: { call: 'mle_env.grade:submission', argument: { id: task.spec.id } },
      inputs: [
        { at: 'package', bundle: task.bundle },
        { at: 'submission', bundle: submission },
      ],
      limits: LIMITS,
    },
    signal,
  );
  if (result.status === 'lost') throw new EnvironmentFault('grading', result);
  if (result.status === 'failed' && result.exitCode === 1) throw new UngradableError(result.message);
  // A file that exhausts the grader is refused like any other that cannot be read.
  if (result.status !== 'succeeded')
    return { valid: false, score: null, message: `the submission cannot be graded: ${result.status.replaceAll('_', ' ')}`, standardError: null };
  return Grade.parse(result.value);
}

/** The file that a program must leave; undefined where it left none. */
export function submissionOf(files: readonly BundleFile[]): BundleFile | undefined {
  return files.find((file) => file.path === SUBMISSION);
}

export const SUBMISSION = 'submission.csv';
