import { OUR_GROUPS } from '../../alerts/watched/lag.ts';
import type { Board } from '../board.ts';
import { CHOSEN_STAGE, ELSEWHERE, happened, increase, largest, quantile, rate, recordings, smallest } from '../promql.ts';

const OF_GROUPS = `${ELSEWHERE},${OUR_GROUPS}`;
const NO_EXPORTER = 'no exporter of the brokers is scraped (Strimzi brings one); services do not know what they have not read';

export const KAFKA_BOARD: Board = {
  uid: 'mle-smith-kafka',
  title: 'Kafka and outbox',
  question: 'Does news arrive in time, and is anything lost, held back or put aside?',
  choices: ['stage'],
  rows: [
    {
      title: 'Out',
      panels: [
        {
          title: 'Outbox',
          description: 'Events that wait for publication. It empties within seconds where the brokers take them; work goes on without.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_outbox_depth', []), legend: 'events' }],
        },
        {
          title: 'Oldest of the outbox',
          description: 'Age of the event that has waited longest for publication. More than a minute: brokers refuse, or cannot be reached.',
          view: 'time',
          unit: 's',
          queries: [{ expr: largest('mlesmith_outbox_oldest_seconds', []), legend: 'oldest' }],
        },
        {
          title: 'Published',
          description: 'Events that brokers took, each second.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_events_published_total', ['topic']), legend: '{{topic}}' }],
        },
        {
          title: 'Publications that failed',
          description: 'The event stays in its outbox and is published later; `bus.publish_failed` in the log says why.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_publish_failures_total', ['topic']), legend: '{{topic}}' }],
        },
      ],
    },
    {
      title: 'In',
      panels: [
        {
          title: 'Claim latency at 99 %',
          description: 'From the step that brought a subject to a stage until a worker took it. The promise is 99 % within 30 s where workers are free.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'mlesmith_claim_latency_seconds', ['stage'], { stage: CHOSEN_STAGE }), legend: '{{stage}}' }],
        },
        {
          title: 'Consumers',
          description: '1 while the consumer is a member of its group. 0: it hears nothing, and looks into the store instead.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: smallest('mlesmith_consumer_up', ['instance']), legend: '{{instance}}' }],
        },
        {
          title: 'Time since the last fetch',
          description: 'It saws between 0 and a few seconds. A line that rises belongs to a consumer that hangs.',
          view: 'time',
          unit: 's',
          queries: [{ expr: largest('mlesmith_consumer_fetch_age_seconds', ['instance']), legend: '{{instance}}' }],
        },
        {
          title: 'Handling at 99 %',
          description: 'From the delivery of a message until it may be acknowledged. Handlers write down and return: a second is long.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'mlesmith_handler_duration_seconds', ['topic']), legend: '{{topic}}' }],
        },
        {
          title: 'Messages by what came of them',
          description: 'Each second. `repeated` and `stale` are deliveries that come again, which is harmless; `parked` ones are tried again.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: recordings('mlesmith_handler_duration_seconds', ['outcome']), legend: '{{outcome}}' }],
        },
        {
          title: 'Rebalances and crashes',
          description: 'In this time. Rebalances come with starts and ends of replicas; many without mean that members miss their time.',
          view: 'bars',
          unit: 'short',
          queries: [
            { expr: increase('mlesmith_consumer_rebalances_total', []), legend: 'rebalances' },
            { expr: increase('mlesmith_consumer_crashes_total', ['restart']), legend: 'crashes, back by itself: {{restart}}' },
          ],
        },
      ],
    },
    {
      title: 'Held back and put aside',
      panels: [
        {
          title: 'Dead letters',
          description: 'Messages that nobody can read, in this time. `./mle-smith dlq list` shows them, `./mle-smith dlq redrive --all` gives them back.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: happened('mlesmith_dead_letters_total', ['topic', 'reason']), legend: '{{topic}} {{reason}}' }],
          emptyWhere: 'every message could be read',
        },
        {
          title: 'Back-pressure',
          description: '1 while ingest leaves announced datasets in Kafka, since a queue of the pipeline is longer than the high mark.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_consumer_paused', []), legend: 'paused' }],
        },
        {
          title: 'Marks of back-pressure',
          description: 'Depths of the longest queue at which ingest stops and goes on (MLE_SMITH_QUEUE_HIGH, MLE_SMITH_QUEUE_LOW).',
          view: 'number',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_backpressure_mark', ['mark']), legend: '{{mark}}' }],
        },
        {
          title: 'Lag by the brokers',
          description: 'Messages that a group has not read yet. It also grows, and pages nobody, while back-pressure holds ingest.',
          view: 'time',
          unit: 'short',
          queries: [
            {
              expr: `sum by (consumergroup, topic) (kafka_consumergroup_lag{${OF_GROUPS}})`,
              legend: '{{consumergroup}} {{topic}}',
            },
          ],
          emptyWhere: NO_EXPORTER,
        },
        {
          title: 'Lag as time',
          description: 'How long a group would need for what it has not read, at its pace of the last minutes. A group that reads nothing has none here.',
          view: 'time',
          unit: 's',
          queries: [
            {
              expr: `sum by (consumergroup, topic) (kafka_consumergroup_lag{${OF_GROUPS}}) / (sum by (consumergroup, topic) (rate(kafka_consumergroup_current_offset{${OF_GROUPS}}[$__rate_interval])) > 0)`,
              legend: '{{consumergroup}} {{topic}}',
            },
          ],
          emptyWhere: NO_EXPORTER,
        },
      ],
    },
  ],
};
