import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Link, type Span } from '@opentelemetry/api';
import { withinStage } from './attempt-stage.ts';
import { boundedText } from './plain-data.ts';
import { SCOPE } from './service-metrics.ts';
import { spanNow } from './span-clock.ts';
import { nameOfSpan, SPANS, type AttributesOf, type OwnSpanName, type SpanKindName, type SpanRow } from './span-catalogue.ts';
import { contextOf, rootOf, spanOf, withRoot, type TraceHeaders } from './trace-context.ts';

/** One try of one stage, as far as a trace tells of it. */
export interface TracedAttempt {
  readonly stage: NonNullable<AttributesOf<'attempt'>['mlesmith.stage']>;
  readonly kind: NonNullable<AttributesOf<'attempt'>['mlesmith.subject.kind']>;
  readonly id: string;
  readonly datasetId: string;
  readonly generation: number;
  readonly attempt: number;
}

/** An open span, which takes what its row of the catalogue has. */
export interface OpenSpan<Name extends OwnSpanName> {
  set(attributes: AttributesOf<Name>): void;
}

const KINDS: Readonly<Record<SpanKindName, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Does one attempt of a stage in a trace of its own, linked to the span that caused it and to the first span of the pipeline: hours may lie between
 * them, and no span stays open over them (platform OB-5). `outcomeOf` names the result in the span.
 */
export function withAttempt<Result>(
  { stage, kind, id, datasetId, generation, attempt }: TracedAttempt,
  cause: TraceHeaders,
  work: (span: OpenSpan<'attempt'>) => Promise<Result>,
  outcomeOf?: (result: Result) => NonNullable<AttributesOf<'attempt'>['mlesmith.outcome']>,
): Promise<Result> {
  const root = rootOf(contextOf(cause));
  const producer = spanOf(cause);
  const links: Link[] = [
    ...(producer === undefined ? [] : [{ context: producer, attributes: { 'mlesmith.link': 'cause' } }]),
    ...(root === undefined || root.spanId === producer?.spanId ? [] : [{ context: root, attributes: { 'mlesmith.link': 'root' } }]),
  ];
  const attributes: AttributesOf<'attempt'> = {
    'mlesmith.stage': stage,
    'mlesmith.subject.kind': kind,
    'mlesmith.subject.id': id,
    'mlesmith.dataset.id': datasetId,
    'mlesmith.generation': generation,
    'mlesmith.attempt': attempt,
  };
  const span = trace.getTracer(SCOPE).startSpan(stage, { root: true, kind: SpanKind.CONSUMER, links, attributes, startTime: spanNow() });
  const own = withRoot(trace.setSpan(context.active(), span), root ?? span.spanContext());
  return context.with(own, () =>
    withinStage(stage, () =>
      ended('attempt', span, async (open) => {
        const result = await work(open);
        if (outcomeOf !== undefined) open.set({ 'mlesmith.outcome': outcomeOf(result) });
        return result;
      }),
    ),
  );
}

/** A step of the current attempt, by its row of the catalogue. */
export function withSpan<Name extends OwnSpanName, Result>(
  name: Name,
  attributes: AttributesOf<Name>,
  work: (span: OpenSpan<Name>) => Promise<Result>,
): Promise<Result> {
  const { kind }: SpanRow = SPANS[name];
  const options = { kind: KINDS[kind], attributes: attributes as Attributes, startTime: spanNow() };
  return trace.getTracer(SCOPE).startActiveSpan(nameOfSpan(name, attributes), options, (span) => ended(name, span, work));
}

/** A step of the current span that is over already; times in ms since the epoch, as `spanNow` tells them. */
export function spanBetween<Name extends OwnSpanName>(name: Name, attributes: AttributesOf<Name>, from: number, to: number): void {
  const { kind }: SpanRow = SPANS[name];
  const span = trace.getTracer(SCOPE).startSpan(nameOfSpan(name, attributes), { kind: KINDS[kind], attributes: attributes as Attributes, startTime: from });
  span.end(Math.max(from, to));
}

async function ended<Name extends OwnSpanName, Result>(name: Name, span: Span, work: (span: OpenSpan<Name>) => Promise<Result>): Promise<Result> {
  const { codesOnly }: SpanRow = SPANS[name];
  try {
    return await work({ set: (attributes) => void span.setAttributes(attributes as Attributes) });
  } catch (error) {
    const {
      name: type,
      message,
      code,
    } = error instanceof Error ? (error as Error & { code?: unknown }) : { name: 'Error', message: String(error), code: undefined };
    span.setAttribute('error.type', typeof code === 'string' ? code : type);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(codesOnly === true ? {} : { message: boundedText(message) }) });
    throw error;
  } finally {
    span.end(spanNow());
  }
}
