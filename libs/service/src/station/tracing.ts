import type { Tracing } from '@mle-smith/stage-runtime';
import { inject, withAttempt, withSpan, type AttributesOf } from '@mle-smith/telemetry';

type Outcome = NonNullable<AttributesOf<'attempt'>['mlesmith.outcome']>;

/** Attempts and their results as spans of this process. */
export const TRACING: Tracing = {
  attempt: (item, cause, work) => withAttempt(item, cause, work, (outcome) => outcome as Outcome),
  transition: ({ from, to, outcome }, write) =>
    withSpan('transition', { 'mlesmith.from': from, 'mlesmith.to': to, 'mlesmith.outcome': outcome as Outcome }, write),
  current: inject,
};
