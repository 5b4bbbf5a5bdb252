import { collectedName, scrapedName, SERVICE_METRICS, type MetricRow, type SentMetric, type ServiceMetricName } from '@mle-smith/telemetry';

/** What the kinds of our table are when they are sent. */
const SENT: Readonly<Record<MetricRow['kind'], Pick<SentMetric, 'kind' | 'monotonic'>>> = {
  counter: { kind: 'sum', monotonic: true },
  observed_counter: { kind: 'sum', monotonic: true },
  gauge: { kind: 'gauge', monotonic: false },
  observed_gauge: { kind: 'gauge', monotonic: false },
  histogram: { kind: 'histogram', monotonic: false },
};

/** The names that Prometheus finds a metric under, without the suffixes of a histogram: that of a scrape, and that of a collector where it is another one (decision 55). */
export function seriesNames(name: ServiceMetricName): readonly string[] {
  const { kind, unit }: MetricRow = SERVICE_METRICS[name];
  return [...new Set([scrapedName(name), collectedName({ name, unit, ...SENT[kind] })])];
}
