import { page } from '../docs/tables.ts';
import { ALERTS } from './alerts.ts';

/** In the chart's words: the release and the namespace of docs/operations/kubernetes.md. */
const HOW_TO_TYPE = `## What is typed where

\`./mle-smith\` asks a gateway (\`--server URL\`, with a key in MLE_SMITH_SERVER_KEY), or Kafka (\`topics\` and \`dlq\`, which read KAFKA_BROKERS). On Kubernetes ([why](kubernetes.md#commands-inside-the-cluster)), for the release \`mle-smith\` in the namespace \`mle-smith\`:

    kubectl -n mle-smith port-forward svc/mle-smith-gateway 8080                                 # URL is http://127.0.0.1:8080 then
    kubectl -n mle-smith exec deploy/mle-smith-ingest -- node apps/cli/src/main.ts dlq list      # as any other command that asks Kafka
    kubectl -n mle-smith get pods -l app.kubernetes.io/instance=mle-smith                        # which processes there are
    kubectl -n mle-smith logs deploy/mle-smith-design                                            # what a service says`;

/** docs/operations/runbooks.md */
export function runbooksPage(): string {
  return page(
    'Runbooks',
    'What each alert of `deploy/prometheus/mle-smith-rules.yaml` means, and what to do, in this order. `page` is to wake somebody, `ticket` can wait for the morning. Give Prometheus the file as a rule file, or let [the chart](kubernetes.md#metrics-alerts-and-dashboards) do it; it asks for the metrics of [this table](../reference/service-metrics.md), scraped under job names that hold `mle-smith`.',
    HOW_TO_TYPE,
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
