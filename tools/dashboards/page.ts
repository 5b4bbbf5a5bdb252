import { page, table } from '../docs/tables.ts';
import { BOARDS } from './boards.ts';

/** docs/operations/dashboards.md */
export function dashboardsPage(): string {
  return page(
    'Dashboards',
    'What each dashboard of `deploy/grafana` answers, and each of its panels. They are written in `tools/dashboards` with the Foundation SDK of Grafana; `npm run docs` makes the JSON.',
    [
      '## To have them',
      'Give Grafana the files of `deploy/grafana` (a provider of kind `file`), and Prometheus the targets of the services; [the chart](kubernetes.md#metrics-alerts-and-dashboards) does both where it is told to. On Kubernetes a scrape gives every series a `namespace`; where one Prometheus or what stands above it has several clusters, let it add a `cluster`. Without these labels the two variables offer nothing but all, and everything is shown. Dashboards refresh every 30 seconds, cannot be edited in place, and lead to each other by the menu on the right.',
      'Panels of GPUs by job need the exporter of the GPUs (DCGM), and kube-state-metrics started with `--metric-labels-allowlist=pods=[mle-smith.io/job]`, which shows no label of pods otherwise.',
      'Counters begin with the process: what a panel calls “in this time” is what Prometheus saw them grow by, and does not hold what came before the first scrape of a series.',
    ].join('\n\n'),
    ...BOARDS.map(({ uid, title, question, rows }) =>
      [
        `## ${title}`,
        `\`${uid}\`: ${question}`,
        table(
          ['panel', 'what it shows', 'empty where'],
          rows.flatMap(({ panels }) => panels.map((panel) => [panel.title, panel.description, panel.emptyWhere ?? ''])),
        ),
      ].join('\n\n'),
    ),
  );
}
