import {
  context,
  createContextKey,
  createTraceState,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';

/** W3C trace context as it is kept in an event and in a work item. `tracestate` also names the first span of the pipeline of this subject. */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** What headers of messages and requests come as. */
export type HeaderValue = string | Uint8Array | readonly (string | Uint8Array)[] | undefined;

const ROOT_SPAN = createContextKey('mle-smith root span');
const MEMBER = 'mlesmith';
const MEMBER_FORM = /^([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The active span as headers; empty where nothing is traced. */
export function inject(): TraceHeaders {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return pickTrace(headers);
}

/** The trace headers among others, checked for their form; what is no trace context is left out. */
export function extract(headers: Readonly<Record<string, HeaderValue>>): TraceHeaders {
  const texts: Record<string, string> = {};
  for (const name of ['traceparent', 'tracestate']) {
    const value = headers[name];
    const first = Array.isArray(value) ? (value as readonly (string | Uint8Array)[])[0] : (value as string | Uint8Array | undefined);
    if (first !== undefined) texts[name] = typeof first === 'string' ? first : Buffer.from(first).toString('latin1');
  }
  const { traceparent, tracestate } = pickTrace(texts);
  if (traceparent === undefined || !/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)) return {};
  return { traceparent, ...(tracestate === undefined || tracestate.length > 512 ? {} : { tracestate }) };
}

/** Does work on behalf of a span that may have ended long ago: what it sends and records belongs to that span's trace. */
export function within<Result>(headers: TraceHeaders, work: () => Result): Result {
  return context.with(contextOf(headers), work);
}

/** The context that headers describe, with nothing of the current one. */
export function contextOf(headers: TraceHeaders): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

/** The span that headers name. */
export function spanOf(headers: TraceHeaders): SpanContext | undefined {
  const span = trace.getSpanContext(contextOf(headers));
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

/** The first span of the pipeline that a context belongs to. */
export function rootOf(of: Context): SpanContext | undefined {
  return of.getValue(ROOT_SPAN) as SpanContext | undefined;
}

export function withRoot(of: Context, root: SpanContext): Context {
  return of.setValue(ROOT_SPAN, root);
}

/** Carries the first span of a pipeline along, as a member of `tracestate`, so that whoever works on a subject hours later can link to it. Comes after the W3C propagator. */
export class RootPropagator implements TextMapPropagator {
  inject(of: Context, carrier: unknown, setter: TextMapSetter): void {
    const root = rootOf(of);
    if (root === undefined) return;
    const state = trace.getSpanContext(of)?.traceState ?? createTraceState();
    const member = `${root.traceId}-${root.spanId}-${(root.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;
    setter.set(carrier, 'tracestate', state.unset(MEMBER).set(MEMBER, member).serialize());
  }

  extract(of: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, 'tracestate');
    const text = Array.isArray(header) ? header.join(',') : header;
    const found = MEMBER_FORM.exec(text === undefined ? '' : (createTraceState(text).get(MEMBER) ?? ''));
    if (found === null) return of;
    const [, traceId = '', spanId = '', flags = '00'] = found;
    return withRoot(of, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
  }

  fields(): string[] {
    return ['tracestate'];
  }
}

function pickTrace({ traceparent, tracestate }: Readonly<Record<string, string>>): TraceHeaders {
  return { ...(traceparent === undefined ? {} : { traceparent }), ...(tracestate === undefined ? {} : { tracestate }) };
}
