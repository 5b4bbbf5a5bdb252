import type { TraceContext } from '@mle-smith/contracts';
import type { WorkItem } from './stage.ts';
import type { SubjectChange } from './subject-record.ts';

/** How attempts get into traces; who composes a process and knows of tracing gives it. */
export interface Tracing {
  /** Does one attempt in a trace of its own, linked to the span that caused it. */
  attempt<Result>(
    item: Pick<WorkItem, 'stage' | 'kind' | 'id' | 'datasetId' | 'generation' | 'attempt'>,
    cause: TraceContext,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** The span that is active now; empty where nothing is traced. */
  current(): TraceContext;
}

/** The change as one that the active span caused: the next attempt and whoever hears of it can link to it (platform OB-5). */
export function traced(change: SubjectChange, trace: TraceContext | undefined): SubjectChange {
  if (trace?.traceparent === undefined) return change;
  return { ...change, trace, ...(change.events === undefined ? {} : { events: change.events.map((event) => ({ ...event, ...trace })) }) };
}
