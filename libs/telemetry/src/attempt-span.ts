import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Link, type Span } from '@opentelemetry/api';
import { withinStage } from './attempt-stage.ts';
import { boundedText } from './plain-data.ts';
import { SCOPE } from './service-metrics.ts';
import { contextOf, rootOf, spanOf, withRoot, type TraceHeaders } from './trace-context.ts';

/** One try of one stage, as far as a trace tells of it. */
export interface TracedAttempt {
  readonly stage: string;
  readonly kind: string;
  readonly id: string;
  readonly datasetId: string;
  readonly generation: number;
  readonly attempt: number;
}

/**
 * Does one attempt of a stage in a trace of its own, linked to the span that caused it and to the first span of the pipeline: hours may lie between
 * them, and no span stays open over them (platform OB-5). `outcomeOf` names the result in the span.
 */
export function withAttempt<Result>(
  { stage, kind, id, datasetId, generation, attempt }: TracedAttempt,
  cause: TraceHeaders,
  work: (span: Span) => Promise<Result>,
  outcomeOf?: (result: Result) => string,
): Promise<Result> {
  const root = rootOf(contextOf(cause));
  const producer = spanOf(cause);
  const links: Link[] = [
    ...(producer === undefined ? [] : [{ context: producer, attributes: { 'mlesmith.link': 'cause' } }]),
    ...(root === undefined || root.spanId === producer?.spanId ? [] : [{ context: root, attributes: { 'mlesmith.link': 'root' } }]),
  ];
  const attributes = {
    'mlesmith.stage': stage,
    'mlesmith.subject.kind': kind,
    'mlesmith.subject.id': id,
    'mlesmith.dataset.id': datasetId,
    'mlesmith.generation': generation,
    'mlesmith.attempt': attempt,
  };
  const span = trace.getTracer(SCOPE).startSpan(stage, { root: true, kind: SpanKind.CONSUMER, links, attributes });
  const own = withRoot(trace.setSpan(context.active(), span), root ?? span.spanContext());
  return context.with(own, () => withinStage(stage, () => ended(span, work, outcomeOf)));
}

/** A step of the current attempt: a model call, a job, a transition. */
export function withSpan<Result>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<Result>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<Result> {
  return trace.getTracer(SCOPE).startActiveSpan(name, { kind, attributes }, (span) => ended(span, work));
}

async function ended<Result>(span: Span, work: (span: Span) => Promise<Result>, outcomeOf?: (result: Result) => string): Promise<Result> {
  try {
    const result = await work(span);
    if (outcomeOf !== undefined) span.setAttribute('mlesmith.outcome', outcomeOf(result));
    return result;
  } catch (error) {
    const { name, message, code } = error instanceof Error ? (error as Error & { code?: unknown }) : { name: 'Error', message: String(error), code: undefined };
    span.setAttribute('error.type', typeof code === 'string' ? code : name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: boundedText(message) });
    throw error;
  } finally {
    span.end();
  }
}
