import { JOB_STATUSES, type JobStatus } from './job-runner.ts';

/** The seven answers of an environment to a program (assertion X08); no score stands in any but the first. */
export const FEEDBACK_MODES = ['scored', 'submission_missing', 'submission_invalid', 'code_failed', 'timed_out', 'out_of_memory', 'limit_exceeded'] as const;
export type FeedbackMode = (typeof FEEDBACK_MODES)[number];

/** What a candidate is told. `score` is rounded to one standard error, so that asking often tells little (task-science 8). */
export interface Feedback {
  readonly mode: FeedbackMode;
  readonly message: string;
  readonly score?: number;
  /** Head and tail of what the program printed. */
  readonly log?: string;
}

/** The mode of a program that did not end well; undefined where it did, or where the machine failed and not the program. */
export function modeOfStatus(status: JobStatus): Exclude<FeedbackMode, 'scored' | 'submission_missing' | 'submission_invalid'> | undefined {
  switch (status) {
    case 'failed':
      return 'code_failed';
    case 'timeout':
      return 'timed_out';
    case 'out_of_memory':
      return 'out_of_memory';
    case 'log_limit':
    case 'output_rejected':
      return 'limit_exceeded';
    case 'succeeded':
    case 'lost':
      return undefined;
  }
}

/** The ways in which a job ends whose program is told one of these; none where all of them are of programs that end well. */
export function statusesOf(modes: readonly FeedbackMode[]): readonly JobStatus[] {
  return JOB_STATUSES.filter((status) => modes.some((mode) => mode === modeOfStatus(status)));
}

/** A score to the decimal place of its standard error, and of the task's where that is larger; to two digits where neither is known. */
export function roundedToError(score: number, standardError: number | null, leastError = 0): number {
  const error = Math.max(standardError ?? 0, leastError);
  if (!(error > 0)) return Number(score.toPrecision(2));
  const step = 10 ** Math.ceil(Math.log10(error));
  return Number((Math.round(score / step) * step).toPrecision(6));
}
