import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import { temporalityOf } from './temporality.ts';

/** The page of metrics. Looks come one after the other: what a look has observed belongs to it, and of two at the same time one would get nothing. */
export class MetricsPage extends PrometheusExporter {
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    super({ preventServerStart: true, withoutScopeInfo: true });
  }

  override selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return temporalityOf(instrument);
  }

  override collect(...options: Parameters<PrometheusExporter['collect']>): ReturnType<PrometheusExporter['collect']> {
    const look = this.#last.then(() => super.collect(...options));
    this.#last = look.catch(() => undefined);
    return look;
  }
}
