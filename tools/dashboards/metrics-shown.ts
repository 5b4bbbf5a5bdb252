import { scrapedName, SERVICE_METRICS, type MetricRow } from '@mle-smith/telemetry';
import { rowOfSeries } from './metrics-in.ts';

/** Series that a scrape adds by itself. */
const ADDED = new Set(['target_info']);
/** What stands for a value outside of its set. */
const OTHER = 'other';

interface Shown {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What differs between the table of metrics and what all services of a run show together. */
export function differencesFromTable(pages: readonly string[]): readonly string[] {
  const shown = pages.flatMap(seriesOn);
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const { name, labels, value } of shown) {
    const row = rowOfSeries(name);
    if (row === undefined) {
      if (!ADDED.has(name)) found.add(`${name} is in no table`);
      continue;
    }
    seen.add(row[0]);
    for (const what of wrongLabels(row[1], labels)) found.add(`${name} ${what}`);
    if (!Number.isFinite(value) || value < 0) found.add(`${name} is ${value}`);
  }
  for (const [name, { shownWhen }] of Object.entries<MetricRow>(SERVICE_METRICS))
    if (!seen.has(name) && shownWhen === undefined) found.add(`${name} has no value, and no reason for it`);
  return [...found].sort();
}

function seriesOn(page: string): readonly Shown[] {
  return [...page.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/gm)].map(([, name = '', labels = '', value = '']) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text])),
    value: Number(value),
  }));
}

function wrongLabels({ labels: allowed }: MetricRow, labels: Readonly<Record<string, string>>): readonly string[] {
  const limits = new Map(Object.entries(allowed).map(([label, values]) => [scrapedName(label), values]));
  return Object.entries(labels).flatMap(([label, value]) => {
    if (label === 'le') return [];
    const limit = limits.get(label);
    if (limit === undefined) return [`has the label ${label}`];
    if (value === OTHER) return 'values' in limit && limit.values.includes(OTHER) ? [] : [`has a ${label} outside of its set`];
    return 'values' in limit && !limit.values.includes(value) ? [`has the ${label} ${value}`] : [];
  });
}
