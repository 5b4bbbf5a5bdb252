import type { TraceContext } from '@mle-smith/contracts';
import type { WorkItem } from './stage.ts';
import type { SubjectChange } from './subject-record.ts';

/** What an attempt came to: an outcome of the history, or that its result was dropped or its work handed back. */
export type AttemptOutcome = string;

/** How attempts get into traces; who composes a process and knows of tracing gives it. */
export interface Tracing {
  /** Does one attempt in a trace of its own, linked to the span that caused it. */
  attempt(
    item: Pick<WorkItem, 'stage' | 'kind' | 'id' | 'datasetId' | 'generation' | 'attempt'>,
    cause: TraceContext,
    work: () => Promise<AttemptOutcome>,
  ): Promise<AttemptOutcome>;
  /** Writes what the current attempt came to, in a span of its own. */
  transition<Result>(step: Pick<SubjectChange['history'], 'from' | 'to' | 'outcome'>, write: () => Promise<Result>): Promise<Result>;
  /** The span that is active now; empty where nothing is traced. */
  current(): TraceContext;
}

const TRACE_ID = /^[0-9a-f]{32}$/;

/** The change as one that the active span caused: the next attempt and whoever hears of it can link to it (platform OB-5). */
export function traced(change: SubjectChange, trace: TraceContext | undefined): SubjectChange {
  if (trace?.traceparent === undefined) return change;
  const [, traceId = ''] = trace.traceparent.split('-');
  return {
    ...change,
    trace,
    history: { ...change.history, ...(TRACE_ID.test(traceId) ? { trace: traceId } : {}) },
    ...(change.events === undefined ? {} : { events: change.events.map((event) => ({ ...event, ...trace })) }),
  };
}
