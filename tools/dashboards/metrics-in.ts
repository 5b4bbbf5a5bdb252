import { scrapedName, SERVICE_METRICS, type MetricRow } from '@mle-smith/telemetry';

/** Metrics of others that panels ask for, and who tells them. */
export const FOREIGN_METRICS: Readonly<Record<string, string>> = {
  up: 'Prometheus itself',
  ALERTS: 'Prometheus itself',
  kafka_consumergroup_lag: 'an exporter of the brokers',
  kube_pod_labels: 'kube-state-metrics, told to show the label mle-smith.io/job of pods (--metric-labels-allowlist)',
  DCGM_FI_DEV_GPU_UTIL: 'the DCGM exporter',
  DCGM_FI_DEV_FB_USED: 'the DCGM exporter',
  DCGM_FI_DEV_XID_ERRORS: 'the DCGM exporter',
};

const OURS: ReadonlyMap<string, string> = new Map(
  Object.entries<MetricRow>(SERVICE_METRICS).flatMap(([name, { kind }]) => {
    const scraped = scrapedName(name);
    const shown = kind === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => `${scraped}${suffix}`) : [scraped];
    return shown.map((series) => [series, name] as const);
  }),
);

/** The metrics that a query asks for, by their names in the table; `unknown` are in no table. */
export function metricsIn(expr: string): { readonly ours: readonly string[]; readonly unknown: readonly string[] } {
  const asked = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, name = '']) => name).filter((name) => !Object.hasOwn(FOREIGN_METRICS, name));
  return {
    ours: asked.flatMap((name) => OURS.get(name) ?? []),
    unknown: asked.filter((name) => !OURS.has(name)),
  };
}
