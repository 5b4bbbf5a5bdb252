export { runChild, until, type Child } from './child.ts';
export { startCollector, type Collector, type CollectorManner } from './collector.ts';
export { metricsIn } from './otlp-metrics.ts';
export { spansIn, type SentSpan } from './otlp-spans.ts';
export { recordMetrics, type RecordedMetrics } from './recorded.ts';
export { rowOfSpan } from './row-of-span.ts';
export { recordSpans, type RecordedSpans } from './traced.ts';
