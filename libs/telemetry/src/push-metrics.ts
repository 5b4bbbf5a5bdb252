import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  PeriodicExportingMetricReader,
  type AggregationTemporality,
  type InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { collectorAgent } from './collector-agent.ts';
import { temporalityOf } from './temporality.ts';
import { warn } from './warnings.ts';

type Done = Parameters<PushMetricExporter['export']>[1];

/** Longest that one delivery may take. */
const DELIVERY_MS = 5_000;

/** Sends all metrics to a collector every so often, sums since the start of the process as a scrape has them. What is not delivered is in the next ones (platform OB-3, OB-13). */
export function pushReader(endpoint: string, everyMs: number): PeriodicExportingMetricReader {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/metrics`;
  const timeoutMillis = Math.min(DELIVERY_MS, everyMs);
  const exporter = new CarefulMetrics(new OTLPMetricExporter({ url, timeoutMillis, httpAgentOptions: collectorAgent(timeoutMillis), concurrencyLimit: 1 }));
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: everyMs, exportTimeoutMillis: Math.min(2 * DELIVERY_MS, everyMs) });
}

/** Turns a failed delivery into one warning a minute, and sends no gauge that was not read. */
class CarefulMetrics implements PushMetricExporter {
  readonly #exporter: PushMetricExporter;

  constructor(exporter: PushMetricExporter) {
    this.#exporter = exporter;
  }

  export(metrics: ResourceMetrics, done: Done): void {
    this.#exporter.export(metrics, (result) => {
      // 0 is success; the enum lives in a package that is not needed otherwise.
      if (result.code !== 0) warn('telemetry.export_failed', { error: result.error, of: 'metrics' });
      done({ code: 0 });
    });
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return temporalityOf(instrument);
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
