import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';

/** Sums since the start; but of gauges that are observed only what was observed for this look: what cannot be read any more is not shown, or it would be shown for ever as it was. */
export function temporalityOf(instrument: InstrumentType): AggregationTemporality {
  return instrument === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
}
