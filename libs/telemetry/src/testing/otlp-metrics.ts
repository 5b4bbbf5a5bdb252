import type { SentMetric } from '../collected-name.ts';
import { fields, parts, text } from './protobuf.ts';

/** Numbers of fields of the messages of OTLP, from the request down to the metrics. */
const RESOURCE_METRICS = 1;
const SCOPE_METRICS = 2;
const METRICS = 2;
const KINDS = { 5: 'gauge', 7: 'sum', 9: 'histogram' } as const;
const MONOTONIC = 3;

/** The metrics of a request of an OTLP exporter, http/protobuf, without their values. Throws `RangeError` for one of another kind. */
export function metricsIn(request: Buffer): readonly SentMetric[] {
  return parts(request, RESOURCE_METRICS)
    .flatMap((message) => parts(message, SCOPE_METRICS))
    .flatMap((message) => parts(message, METRICS))
    .map(metricOf);
}

function metricOf(metric: Buffer): SentMetric {
  const name = text(metric, 1);
  for (const [field, kind] of Object.entries(KINDS)) {
    const [data] = parts(metric, Number(field));
    if (data === undefined) continue;
    const monotonic = kind === 'sum' && fields(data).some((one) => one.field === MONOTONIC && one.value !== 0n);
    return { name, unit: text(metric, 3), kind, monotonic };
  }
  throw new RangeError(`a metric is of no kind that services send [metric=${name}]`);
}
