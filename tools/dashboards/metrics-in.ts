import { scrapedName, SERVICE_METRICS, type MetricRow, type ServiceMetricName } from '@mle-smith/telemetry';
import { seriesNames } from './series-names.ts';

/** Metrics of others that panels ask for, and who tells them. */
export const FOREIGN_METRICS: Readonly<Record<string, string>> = {
  up: 'Prometheus itself',
  ALERTS: 'Prometheus itself',
  kafka_consumergroup_lag: 'an exporter of the brokers',
  kafka_consumergroup_current_offset: 'an exporter of the brokers',
  kube_pod_labels: 'kube-state-metrics, told to show the label mle-smith.io/job of pods (--metric-labels-allowlist)',
  DCGM_FI_DEV_GPU_UTIL: 'the DCGM exporter',
  DCGM_FI_DEV_FB_USED: 'the DCGM exporter',
  DCGM_FI_DEV_XID_ERRORS: 'the DCGM exporter',
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: 'the DCGM exporter',
  DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: 'the DCGM exporter, on GPUs with profiling counters',
  DCGM_FI_PROF_DRAM_ACTIVE: 'the DCGM exporter, on GPUs with profiling counters',
};

/** Labels that a scrape gives every series. */
const OF_SCRAPES: readonly string[] = ['cluster', 'namespace', 'job', 'instance'];

const OURS: ReadonlyMap<string, readonly [string, MetricRow]> = new Map(
  Object.entries<MetricRow>(SERVICE_METRICS).flatMap(([name, row]) =>
    seriesNames(name as ServiceMetricName).flatMap((series) =>
      (row.kind === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']).map((suffix) => [`${series}${suffix}`, [name, row]] as const),
    ),
  ),
);

/** The name in the table of metrics, and the row, of what Prometheus finds under this name. */
export function rowOfSeries(series: string): readonly [string, MetricRow] | undefined {
  return OURS.get(series);
}

/** The metrics that a query asks for, by their names in the table; `unknown` are in no table. */
export function metricsIn(expr: string): { readonly ours: readonly string[]; readonly unknown: readonly string[] } {
  const asked = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, name = '']) => name).filter((name) => !Object.hasOwn(FOREIGN_METRICS, name));
  return {
    ours: asked.flatMap((name) => OURS.get(name)?.[0] ?? []),
    unknown: asked.filter((name) => !OURS.has(name)),
  };
}

/** What selectors of a query, or series of a test, say of our metrics that no series has: a label, a value outside of its set, a bound of no bucket. */
export function mismatchesIn(expr: string): readonly string[] {
  return [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].flatMap(([, series = '', matchers = '']) => {
    const row = OURS.get(series)?.[1];
    if (row === undefined) return [];
    return [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].flatMap(([matcher, label = '', operator = '', value = '']) =>
      matches(row, label, operator.endsWith('~') ? value.split('|') : [value]) ? [] : [`${series}{${matcher}}`],
    );
  });
}

function matches(row: MetricRow, label: string, values: readonly string[]): boolean {
  if (OF_SCRAPES.includes(label)) return true;
  if (label === 'le') return values.every((value) => value === '+Inf' || row.buckets?.includes(Number(value)) === true);
  const limits = Object.entries(row.labels).find(([name]) => scrapedName(name) === label)?.[1];
  if (limits === undefined) return false;
  // A variable of a dashboard, or a pattern.
  return !('values' in limits) || values.every((value) => /[^\w.-]|\.\*/.test(value) || limits.values.includes(value));
}
