import type { Alert } from '../alert.ts';
import { AT } from '../labels.ts';

/** Selects our groups. Each gateway has a group of its process, which lags for days once that has ended. The chart puts the prefix of an installation here. */
export const OUR_GROUPS = 'consumergroup=~"mle-smith.*",consumergroup!~".*gateway-.+-[0-9a-f]{8}"';

/** How far groups of consumers are behind, as the brokers tell it. */
export const LAG_ALERTS = [
  {
    name: 'MleSmithLag',
    severity: 'ticket',
    // Whoever is held by back-pressure lags on purpose. The exporter is in the namespace of the brokers.
    expr: `sum by (cluster, consumergroup) (kafka_consumergroup_lag{${OUR_GROUPS}}) > 1000 unless on (cluster) (max by (cluster) (mlesmith_consumer_paused) == 1)`,
    lasting: '15m',
    summary: 'The group {{ $labels.consumergroup }} has not read {{ $value }} messages',
    meaning: 'Consumers are away or too slow. Work goes on from the store; datasets that are announced by events wait.',
    steps: [
      'Dashboard “Kafka and outbox”: consumers, time since the last fetch, handling.',
      'The log of the service: `bus.slow_handler`, `bus.consumer_crashed`.',
    ],
    fires: {
      samples: [
        { series: 'kafka_consumergroup_lag{cluster="c",namespace="kafka",consumergroup="mle-smith.ingest",topic="dataset.received"}', values: '0+200x60' },
        { series: `mlesmith_consumer_paused${AT}`, values: '0x60' },
      ],
      atMinute: 40,
    },
    silent: {
      samples: [
        { series: 'kafka_consumergroup_lag{cluster="c",namespace="kafka",consumergroup="mle-smith.ingest",topic="dataset.received"}', values: '0+200x60' },
        { series: `mlesmith_consumer_paused${AT}`, values: '0 1x60' },
        {
          series: 'kafka_consumergroup_lag{cluster="d",namespace="kafka",consumergroup="mle-smith.gateway-pod-7-0a1b2c3d",topic="task.designed"}',
          values: '0+200x60',
        },
      ],
      atMinute: 40,
    },
  },
] as const satisfies readonly Alert[];
