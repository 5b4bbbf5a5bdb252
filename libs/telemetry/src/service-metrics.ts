import { metrics, type Attributes, type Counter, type Gauge, type Histogram, type Meter, type ObservableResult } from '@opentelemetry/api';
import { BoundedReading } from './bounded-reading.ts';
import { LastKnown } from './last-known.ts';
import { SERVICE_METRICS, type LabelsOf, type MetricRow, type NameOfKind, type ServiceMetricName } from './metric-catalogue.ts';
import { OTHER } from './metric-labels.ts';
import { warn } from './warnings.ts';

/** The name of our meter and tracer. */
export const SCOPE = 'mle-smith';

/** A counter with at most so many series is shown from the start, so that an alert on it has something to look at. */
const MOST_ZEROES = 64;

/** The labels of a metric; none have to be given where the table has none. */
type LabelArguments<Name extends ServiceMetricName> = keyof LabelsOf<Name> extends never ? [labels?: LabelsOf<Name>] : [labels: LabelsOf<Name>];

/** One series of an observed metric. */
export interface Reading<Name extends ServiceMetricName> {
  readonly value: number;
  readonly labels: LabelsOf<Name>;
}

/** Records what the catalogue holds, and nothing else; what types let through never throws, since telemetry must not hurt the work (platform OB-13). */
export class ServiceMetrics {
  readonly #meter: Meter;
  readonly #nowMs: () => number;
  readonly #instruments = new Map<string, Counter | Histogram | Gauge>();
  readonly #seen = new Map<string, Set<string>>();

  /** The default meter does nothing unless telemetry was started. */
  constructor(meter: Meter = metrics.getMeter(SCOPE), nowMs: () => number = () => performance.now()) {
    this.#meter = meter;
    this.#nowMs = nowMs;
  }

  /** Adds to a counter. */
  count<Name extends NameOfKind<'counter'>>(name: Name, ...[labels, by = 1]: [...LabelArguments<Name>, by?: number]): void {
    (this.#instrument(name) as Counter).add(by as number, this.#bounded(name, labels as Attributes | undefined));
  }

  /** Records one value of a histogram. */
  record<Name extends NameOfKind<'histogram'>>(name: Name, value: number, ...[labels]: LabelArguments<Name>): void {
    (this.#instrument(name) as Histogram).record(value, this.#bounded(name, labels as Attributes | undefined));
  }

  /** Sets a gauge. */
  set<Name extends NameOfKind<'gauge'>>(name: Name, value: number, ...[labels]: LabelArguments<Name>): void {
    (this.#instrument(name) as Gauge).record(value, this.#bounded(name, labels as Attributes | undefined));
  }

  /** Reads a metric whenever somebody scrapes. Where a reading fails, takes long or gives undefined, the one before stands for it, for a minute; then a gauge is not shown. */
  observe<Name extends NameOfKind<'observed_gauge' | 'observed_counter'>>(
    name: Name,
    read: () => Promise<readonly Reading<Name>[] | undefined> | readonly Reading<Name>[],
  ): void {
    const { kind, unit, help }: MetricRow = SERVICE_METRICS[name];
    const options = { unit, description: help };
    const instrument = kind === 'observed_counter' ? this.#meter.createObservableCounter(name, options) : this.#meter.createObservableGauge(name, options);
    const reading = new BoundedReading(async () => read());
    const known = new LastKnown<readonly Reading<Name>[]>(this.#nowMs);
    instrument.addCallback(async (result: ObservableResult) => {
      for (const { value, labels } of known.or(await reading.take()) ?? []) result.observe(value, this.#bounded(name, labels as Attributes));
    });
  }

  /** Shows counters of these names as 0 until something happens; those with many series are left out. */
  showZeroes(names: readonly NameOfKind<'counter'>[]): void {
    for (const name of names) for (const labels of combinations(SERVICE_METRICS[name])) (this.#instrument(name) as Counter).add(0, labels);
  }

  #instrument(name: ServiceMetricName): Counter | Histogram | Gauge {
    const known = this.#instruments.get(name);
    if (known !== undefined) return known;
    const { kind, unit, help, buckets }: MetricRow = SERVICE_METRICS[name];
    const options = { unit, description: help };
    const made =
      kind === 'counter'
        ? this.#meter.createCounter(name, options)
        : kind === 'histogram'
          ? this.#meter.createHistogram(name, { ...options, advice: { explicitBucketBoundaries: [...(buckets ?? [])] } })
          : this.#meter.createGauge(name, options);
    this.#instruments.set(name, made);
    return made;
  }

  /** The labels with every value that does not belong replaced: what callers were given may have come from a model or a message. */
  #bounded(name: ServiceMetricName, labels: Attributes = {}): Attributes {
    const { labels: allowed }: MetricRow = SERVICE_METRICS[name];
    const kept: Attributes = {};
    for (const [label, limits] of Object.entries(allowed)) {
      const value = labels[label];
      if (value !== undefined) kept[label] = this.#belongs(`${name} ${label}`, String(value), limits) ? String(value) : OTHER;
      if (kept[label] === OTHER && value !== OTHER) warn('telemetry.label_outside', { metric: name, label });
    }
    return kept;
  }

  #belongs(place: string, value: string, limits: MetricRow['labels'][string]): boolean {
    if ('values' in limits) return limits.values.includes(value);
    const seen = this.#seen.get(place) ?? new Set();
    this.#seen.set(place, seen);
    if (seen.has(value)) return true;
    if (seen.size >= limits.atMost || value.length > 128) return false;
    seen.add(value);
    return true;
  }
}

/** Every series that a metric with closed labels can have; none where that is not known or too many. */
function combinations({ labels }: MetricRow): Attributes[] {
  let series: Attributes[] = [{}];
  for (const [label, limits] of Object.entries(labels)) {
    if (!('values' in limits)) return [];
    series = series.flatMap((one) => limits.values.map((value) => ({ ...one, [label]: value })));
    if (series.length > MOST_ZEROES) return [];
  }
  return series;
}
