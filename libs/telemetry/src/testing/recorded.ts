import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { temporalityOf } from '../temporality.ts';
import { ServiceMetrics } from '../service-metrics.ts';

/** Metrics that are kept in memory, to look at what was recorded. */
export interface RecordedMetrics {
  readonly metrics: ServiceMetrics;
  /** The series of a metric: labels as `name=value` in order → value, or number of values of a histogram. */
  series(name: string): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Opens them; nothing global is touched. `nowMs` is the clock by which what was read grows old. */
export function recordMetrics(nowMs?: () => number): RecordedMetrics {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  exporter.selectAggregationTemporality = temporalityOf;
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  return {
    metrics: new ServiceMetrics(provider.getMeter('test'), nowMs),
    series: async (name) => {
      exporter.reset();
      await reader.forceFlush();
      const found = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics.filter(({ descriptor }) => descriptor.name === name)));
      const points = found.flatMap(({ dataPoints }) => dataPoints as readonly { readonly attributes: object; readonly value: unknown }[]);
      return Object.fromEntries(
        points.map(({ attributes, value }) => [
          Object.entries(attributes)
            .map(([label, text]) => `${label}=${String(text)}`)
            .join(','),
          typeof value === 'number' ? value : (value as { count: number }).count,
        ]),
      );
    },
    close: () => provider.shutdown(),
  };
}
