import type { Feedback, FeedbackMode } from '@mle-smith/environment';

/** A mistake of the solver, at the action at which it was made. What was said to it stands in the transcript. */
export interface Mistake {
  readonly step: number;
  readonly kind: string;
}

/** What the modes of the environment are called as mistakes; `code_failed` is told further by the exception. */
const KINDS: Readonly<Record<Exclude<FeedbackMode, 'scored' | 'code_failed'>, string>> = {
  submission_missing: 'no submission file',
  submission_invalid: 'invalid submission',
  timed_out: 'time limit',
  out_of_memory: 'memory limit',
  limit_exceeded: 'limit exceeded',
};
const SYNTAX = ['SyntaxError', 'IndentationError', 'TabError'];
/** An exception's class is a name that the program may have made up. */
const LONGEST_NAME = 60;

/** The mistake that a program's feedback tells of; undefined where its submission was scored or valid. */
export function mistakeOf(step: number, { mode, message }: Feedback): Mistake | undefined {
  if (mode === 'scored') return undefined;
  return { step, kind: mode === 'code_failed' ? exceptionOf(message) : KINDS[mode] };
}

/** An exception has no code of its own: its class stands before the colon of the message. */
function exceptionOf(message: string): string {
  const [, name] = /^(?:\w+\.)*([A-Z]\w*)(?::|$)/.exec(message.trim()) ?? [];
  return name === undefined ? 'program failed' : SYNTAX.includes(name) ? 'syntax error' : `exception ${name.slice(0, LONGEST_NAME)}`;
}
