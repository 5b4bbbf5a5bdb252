import {
  GEN_AI_CONVENTIONS,
  LOG_CODES,
  SERVICE_METRICS,
  SPANS,
  scrapedName,
  type Dashboard,
  type LogCode,
  type MetricRow,
  type ServiceMetricName,
  type SpanRow,
} from '@mle-smith/telemetry';
import { BOARDS } from '../dashboards/boards.ts';
import { seriesNames } from '../dashboards/series-names.ts';
import { page, table } from './tables.ts';

/** Longer closed sets are told by their size; the table of metrics names them. */
const MOST_SHOWN = 9;

/** docs/reference/service-metrics.md */
export function serviceMetricsPage(): string {
  const rows = Object.entries(SERVICE_METRICS) as [ServiceMetricName, MetricRow][];
  const dashboards = [...new Set(rows.map(([, { dashboard }]) => dashboard))];
  return page(
    'Metrics of services',
    'What `/metrics` of a service shows, and with `OTEL_METRICS_EXPORTER=otlp` what an OTLP collector gets besides, which makes the same names of it where another one is not told. A service shows what it does: one without models has no `gen_ai` metric. Every label is bounded; what is beyond is told as `other` (`telemetry.label_outside` in the log). What they look like on a screen: [dashboards](../operations/dashboards.md). Not to be mixed up with [the metrics that tasks are scored by](metrics.md).',
    ...dashboards.map(
      (dashboard) =>
        `## ${dashboard}\n\nOn the dashboard [${titleOf(dashboard)}](../operations/dashboards.md#${anchor(titleOf(dashboard))}).\n\n${table(
          ['metric', 'kind', 'unit', 'labels', 'what it tells'],
          rows
            .filter(([, row]) => row.dashboard === dashboard)
            .map(([name, { kind, unit, labels, help, shownWhen }]) => [
              `\`${scrapedName(name)}\``,
              kind.replace('observed_', ''),
              unit.replace(/[{}]/g, ''),
              labelsOf(labels),
              [help, ...(shownWhen === undefined ? [] : [`Shown where ${shownWhen}.`]), ...otherwiseCollected(name)].join(' '),
            ]),
        )}`,
    ),
  );
}

/** What is to be said where a collector makes another name of a metric than a scrape. */
function otherwiseCollected(name: ServiceMetricName): readonly string[] {
  return seriesNames(name)
    .slice(1)
    .map((collected) => `By way of a collector \`${collected}\`; panels ask for both.`);
}

/** docs/reference/spans.md */
export function spansPage(): string {
  const rows = Object.values<SpanRow>(SPANS);
  const tableOf = (shown: readonly SpanRow[]): string =>
    table(
      ['span', 'kind', 'lies below', 'attributes', 'what it tells'],
      shown.map(({ name, kind, below, attributes, help, shownWhen, codesOnly }) => [
        `\`${name}\``,
        kind,
        below,
        Object.entries(attributes)
          .map(([attribute, value]) => `\`${attribute}\`${typeof value === 'object' ? ` (${valuesOf(value.values)})` : ''}`)
          .join('; '),
        [help, ...(shownWhen === undefined ? [] : [`Shown where ${shownWhen}.`]), ...(codesOnly === true ? ['A failure is told by its code alone.'] : [])].join(
          ' ',
        ),
      ]),
    );
  return page(
    'Spans of services',
    `What services send to an OTLP collector (\`OTEL_EXPORTER_OTLP_ENDPOINT\`). An attempt of a stage is a trace of its own, with links to the span that caused it (\`mlesmith.link\` = \`cause\`) and to the first span of the pipeline (\`root\`), so that the way of a task is found from any of its attempts ([decision 44](../decisions/0044-an-attempt-is-a-trace.md)). What is in braces in a name is the value of that attribute. Attributes that are not listed do not leave the process, whoever records them; none holds a prompt, a reply, a query or a row of data. Calls of models have the names of the GenAI conventions, ${GEN_AI_CONVENTIONS}, but for the texts.`,
    `## Of our own code\n\n${tableOf(rows.filter(({ by }) => by === undefined))}`,
    `## Of instrumentations\n\n${tableOf(rows.filter(({ by }) => by !== undefined))}`,
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

function titleOf(dashboard: Dashboard): string {
  return BOARDS.find(({ uid }) => uid === `mle-smith-${dashboard}`)?.title ?? dashboard;
}

/** As a heading of Markdown is linked to. */
function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

function labelsOf(labels: MetricRow['labels']): string {
  const shown = Object.entries(labels).map(([label, limits]) => {
    const values = 'values' in limits ? valuesOf(limits.values) : `at most ${limits.atMost}`;
    return `\`${scrapedName(label)}\` (${values})`;
  });
  return shown.length === 0 ? '–' : shown.join('; ');
}

function valuesOf(values: readonly string[]): string {
  return values.length > MOST_SHOWN ? `${values.length} values` : values.join(', ');
}
