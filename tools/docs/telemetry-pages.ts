import { LOG_CODES, SERVICE_METRICS, scrapedName, type LogCode, type MetricRow } from '@mle-smith/telemetry';
import { page, table } from './tables.ts';

/** Longer closed sets are told by their size; the table of metrics names them. */
const MOST_SHOWN = 9;

/** docs/reference/service-metrics.md */
export function serviceMetricsPage(): string {
  const rows: [string, MetricRow][] = Object.entries(SERVICE_METRICS);
  const dashboards = [...new Set(rows.map(([, { dashboard }]) => dashboard))];
  return page(
    'Metrics of services',
    'What `/metrics` of a service shows, and under the same names what an OTLP collector gets. A service shows what it does: one without models has no `gen_ai` metric. Every label is bounded; what is beyond is told as `other` (`telemetry.label_outside` in the log). Not to be mixed up with [the metrics that tasks are scored by](metrics.md).',
    ...dashboards.map(
      (dashboard) =>
        `## ${dashboard}\n\n${table(
          ['metric', 'kind', 'unit', 'labels', 'what it tells'],
          rows
            .filter(([, row]) => row.dashboard === dashboard)
            .map(([name, { kind, unit, labels, help, shownWhen }]) => [
              `\`${scrapedName(name)}\``,
              kind.replace('observed_', ''),
              unit.replace(/[{}]/g, ''),
              labelsOf(labels),
              shownWhen === undefined ? help : `${help} Shown where ${shownWhen}.`,
            ]),
        )}`,
    ),
  );
}

/** docs/reference/log-codes.md */
export function logCodesPage(): string {
  return page(
    'Log codes',
    'Every line of a service is one JSON object with `time`, `level`, `code`, `message`, `service` and `version`; where it is about work also `task`, `dataset`, `stage`, `generation` and `attempt`; within a trace `trace_id` and `span_id`; what is told besides is in `data`. Codes stay; alerts and runbooks name them.',
    table(
      ['code', 'level', 'says', 'what to do'],
      Object.entries<LogCode>(LOG_CODES).map(([code, { level, says, todo }]) => [`\`${code}\``, level, says, todo]),
    ),
  );
}

function labelsOf(labels: MetricRow['labels']): string {
  const shown = Object.entries(labels).map(([label, limits]) => {
    const values =
      'values' in limits ? (limits.values.length > MOST_SHOWN ? `${limits.values.length} values` : limits.values.join(', ')) : `at most ${limits.atMost}`;
    return `\`${scrapedName(label)}\` (${values})`;
  });
  return shown.length === 0 ? '–' : shown.join('; ');
}
