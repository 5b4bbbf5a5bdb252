import { isSpanContextValid, SpanKind, trace, TraceFlags, type Attributes, type Context, type Link } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';

/** Methods of requests that change nothing. Callers make them all the time, to see whether something has changed. */
const READING = ['GET', 'HEAD'];

/**
 * Decides once a pipeline: a span follows its parent, an attempt the span that it is linked to, and only a beginning is drawn (platform OB-5). A request
 * that reads is traced where its caller says so, and begins no trace of its own: what it takes is a metric.
 */
export class TaskSampler implements Sampler {
  readonly #draw: TraceIdRatioBasedSampler;

  /** `ratio`: part of the beginnings that are traced, from 0 to 1. */
  constructor(ratio: number) {
    this.#draw = new TraceIdRatioBasedSampler(ratio);
  }

  shouldSample(of: Context, traceId: string, name: string, kind: SpanKind, attributes: Attributes, links: readonly Link[]): SamplingResult {
    const parent = trace.getSpanContext(of);
    const followed = parent !== undefined && isSpanContextValid(parent) ? parent : links[0]?.context;
    if (followed === undefined && kind === SpanKind.SERVER && READING.includes(String(attributes['http.request.method'])))
      return { decision: SamplingDecision.NOT_RECORD };
    if (followed === undefined) return this.#draw.shouldSample(of, traceId);
    return { decision: (followed.traceFlags & TraceFlags.SAMPLED) !== 0 ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `TaskSampler(${this.#draw.toString()})`;
  }
}
