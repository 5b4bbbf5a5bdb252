import { within } from '../../alerts/burn-rates.ts';
import { ATTEMPTS, CLAIMS, VERDICTS } from '../../alerts/promises.ts';
import { RUNBOOKS } from '../../alerts/rules.ts';
import type { Board } from '../board.ts';
import { CHOSEN_STAGE, series } from '../promql.ts';
import { NO_SECOND_VERDICT } from './pipeline.ts';

const WINDOW = '[$__rate_interval]';
const chosen = { stage: CHOSEN_STAGE };

/** Part of the claims that came in time. */
const CLAIMED = `sum(rate(${series('mlesmith_claim_latency_seconds', { ...chosen, le: within(CLAIMS.withinSeconds) }, '_bucket')}${WINDOW})) / sum(rate(${series('mlesmith_claim_latency_seconds', chosen, '_count')}${WINDOW}))`;
/** Part of the attempts that neither servers nor the platform spoiled. */
const SOUND = `sum(rate(${series('mlesmith_stage_attempts_total', { ...chosen, class: `!~"${ATTEMPTS.ours}"` })}${WINDOW})) / sum(rate(${series('mlesmith_stage_attempts_total', chosen)}${WINDOW}))`;

/** Part of the verdicts that came in time, over days: tens of tasks a day are no rate. */
const JUDGED = `sum(increase(${series('mlesmith_verdict_seconds', { le: within(VERDICTS.withinSeconds) }, '_bucket')}[3d])) / sum(increase(${series('mlesmith_verdict_seconds', undefined, '_count')}[3d]))`;

/** Alerts of the chosen installation; those on the lag of consumers have no namespace, since brokers have another one. */
const WITH_OR_WITHOUT_NAMESPACE = 'cluster=~"$cluster",namespace=~"$namespace|"';

/** What is promised, in percent. */
function keptPart(budget: number): string {
  return `${Number((100 * (1 - budget)).toPrecision(6))} %`;
}

export const SLO_BOARD: Board = {
  uid: 'mle-smith-slo',
  title: 'Promises and alerts',
  question: 'Are the promises kept, and which alerts fire?',
  choices: ['stage'],
  texts: { runbooks: { label: 'Runbooks are served at', initial: RUNBOOKS } },
  rows: [
    {
      title: 'Promises',
      panels: [
        {
          title: `Claims within ${CLAIMS.withinSeconds} s`,
          description: `The promise is ${keptPart(CLAIMS.budget)}, where workers are free.`,
          view: 'time',
          unit: 'percentunit',
          queries: [{ expr: CLAIMED, legend: 'claimed in time' }],
        },
        {
          title: 'Attempts without a fault of ours',
          description: `The promise is ${keptPart(ATTEMPTS.budget)}. What a task, a judge or a caller is at fault for does not count.`,
          view: 'time',
          unit: 'percentunit',
          queries: [{ expr: SOUND, legend: 'sound' }],
        },
        {
          title: `Verdicts within ${VERDICTS.withinSeconds / 3_600} hours`,
          description: `Of tasks that were verified or abandoned in the three days before, since their dataset was received. The promise is ${keptPart(VERDICTS.budget)}.`,
          view: 'time',
          unit: 'percentunit',
          queries: [{ expr: JUDGED, legend: 'judged in time' }],
          emptyWhere: NO_SECOND_VERDICT,
        },
        {
          title: 'How fast the error budget goes',
          description: 'Times as fast as the promises allow: 14.4 for an hour uses up 2 % of a month, 1 all the time just all of it.',
          view: 'time',
          unit: 'short',
          queries: [
            { expr: `(1 - (${CLAIMED})) / ${CLAIMS.budget}`, legend: 'claims' },
            { expr: `(1 - (${SOUND})) / ${ATTEMPTS.budget}`, legend: 'attempts' },
          ],
        },
        {
          title: 'Age of what is shown',
          description:
            'Time since the last sample of any process of a job, in the last six hours. More than two scrapes: what these dashboards show of it is old.',
          view: 'number',
          unit: 's',
          // A scrape that fails ends a series at once: only a look back tells when it was there.
          queries: [{ expr: `time() - max by (job) (max_over_time(timestamp(${series('mlesmith_build_info')})[6h:1m]))`, legend: '{{job}}' }],
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Alerts that fire',
          description: 'By the rules of the installation; each leads to its runbook, where the address of that page is typed above.',
          view: 'table',
          link: { title: 'What to do', url: '${runbooks}#${__data.fields.runbook}' },
          unit: 'short',
          queries: [{ expr: `ALERTS{${WITH_OR_WITHOUT_NAMESPACE},alertstate="firing"}`, legend: '{{alertname}} {{severity}}' }],
          emptyWhere: 'nothing is wrong, or no rules are loaded',
        },
        {
          title: 'Alerts over time',
          description: 'How many of each were pending or firing.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: `count by (alertname, alertstate) (ALERTS{${WITH_OR_WITHOUT_NAMESPACE}})`, legend: '{{alertname}} {{alertstate}}' }],
          emptyWhere: 'nothing is wrong, or no rules are loaded',
        },
      ],
    },
  ],
};
