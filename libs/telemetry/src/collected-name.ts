/** A metric as it is sent by OTLP. */
export interface SentMetric {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  /** Of a sum that only grows. */
  readonly monotonic: boolean;
}

/** What units are called in names; one in braces is called nothing. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * The name that a metric gets on its way from OTLP to Prometheus, whether the collector or Prometheus itself takes it: its unit at the end where the name
 * does not have it, and after that `total` of what only grows. Knows the units of our table; throws `RangeError` for another one (platform OB-3).
 */
export function collectedName({ name, unit, kind, monotonic }: SentMetric): string {
  const grows = kind === 'sum' && monotonic;
  const words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '' && !(grows && word === 'total'));
  const suffix = suffixOf(unit, kind);
  const measured = suffix === undefined || words.includes(suffix) ? words : [...words, suffix];
  return [...measured, ...(grows ? ['total'] : [])].join('_');
}

function suffixOf(unit: string, kind: SentMetric['kind']): string | undefined {
  if (unit === '' || /^\{[^{}]*\}$/.test(unit)) return undefined;
  if (unit === '1') return kind === 'gauge' ? 'ratio' : undefined;
  const word = UNITS[unit];
  if (word === undefined)
    throw new RangeError(`nothing says what this unit is called in a name: add it to the units of names that a collector makes [unit=${unit}]`);
  return word;
}
