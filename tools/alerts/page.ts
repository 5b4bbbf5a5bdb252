import { page } from '../docs/tables.ts';
import { ALERTS } from './alerts.ts';

/** docs/operations/runbooks.md */
export function runbooksPage(): string {
  return page(
    'Runbooks',
    'What each alert of `deploy/prometheus/mle-smith-rules.yaml` means, and what to do, in this order. `page` is to wake somebody, `ticket` can wait for the morning. Give Prometheus the file as a rule file, or let [the chart](kubernetes.md#metrics-alerts-and-dashboards) do it; it asks for the metrics of [this table](../reference/service-metrics.md), scraped under job names that hold `mle-smith`.',
    ...ALERTS.map(({ name, severity, expr, lasting, meaning, steps }) =>
      [
        `## ${name}`,
        `**${severity}**, when this has been so for ${lasting}:`,
        `    ${expr}`,
        meaning,
        steps.map((step, index) => `${index + 1}. ${step}`).join('\n'),
      ].join('\n\n'),
    ),
  );
}
