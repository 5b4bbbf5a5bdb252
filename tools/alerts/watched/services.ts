import type { Alert } from '../alert.ts';
import { at, WHERE } from '../labels.ts';

/** Processes of the installation, and the store that they read. */
export const SERVICE_ALERTS = [
  {
    name: 'MleSmithStoreAway',
    severity: 'page',
    // Figures of the store that a scrape cannot read within two seconds stay for a minute and are not shown then: what tells is the warning.
    // One late look counts once for each figure, so that looks are counted and not warnings: a few that come late are no outage, a quarter of three minutes is.
    expr: `max by (${WHERE}, job, instance) (changes(mlesmith_telemetry_warnings_total{code="telemetry.reading_failed"}[3m]) / count_over_time(mlesmith_telemetry_warnings_total{code="telemetry.reading_failed"}[3m])) > 0.25`,
    lasting: '5m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not been able to read the store for 5 minutes',
    meaning: 'MongoDB is away, refuses or answers too slowly. No work is taken on and no result is written; what is in hand waits, and nothing is lost.',
    steps: [
      'The log: `store.unreachable` says what the driver met, `service.not_ready` that the service waits.',
      'All services at once: look at MongoDB, its disk and its elections. One of them: look at its network.',
      'Dashboard “Kafka and outbox”: when it is over, claims go on within seconds.',
    ],
    fires: {
      samples: [{ series: `mlesmith_telemetry_warnings_total${at('job="mle-smith",instance="a",code="telemetry.reading_failed"')}`, values: '0x5 0+12x15' }],
      atMinute: 20,
    },
    silent: {
      samples: [
        {
          series: `mlesmith_telemetry_warnings_total${at('job="mle-smith",instance="a",code="telemetry.reading_failed"')}`,
          values: '0x5 0+12x3 36x3 50x3 64x3 78x3 92x3 106x3',
        },
      ],
      atMinute: 20,
    },
  },
  {
    name: 'MleSmithServiceGone',
    severity: 'page',
    expr: 'up{job=~".*mle-smith.*"} == 0',
    lasting: '5m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not answered a scrape for 5 minutes',
    meaning: 'Other replicas of it go on; where it was the only one, its stages stand still. Nothing is lost: leases run out and work is taken up again.',
    steps: [
      'Does the process run? A service that ends with 78 says in its last line what an operator has to mend; in a pod that was started again: `kubectl -n mle-smith logs deploy/mle-smith-design --previous`.',
      'Does it answer `/livez` and `/metrics`? `telemetry.metrics_unreachable` in its log: the port of metrics is taken, and only the figures are missing.',
      'Dashboard “Services and Node”: memory and event loop before it went.',
    ],
    fires: { samples: [{ series: `up${at('job="trial-mle-smith-design",instance="a"')}`, values: '1 1 0x20' }], atMinute: 10 },
    silent: { samples: [{ series: `up${at('job="mle-smith",instance="a"')}`, values: '1 1 0 0 1x20' }], atMinute: 10 },
  },
  {
    name: 'MleSmithServiceVanished',
    severity: 'page',
    expr: `count by (${WHERE}, job) (last_over_time(up{job=~".*mle-smith.*"}[6h])) unless count by (${WHERE}, job) (up{job=~".*mle-smith.*"})`,
    lasting: '5m',
    summary: 'There is no process of {{ $labels.job }} to scrape any more',
    meaning:
      'It was scaled to nothing, no pod of it finds a node, or the scrape has lost its targets. Its stages stand still, and tell no queue. Six hours after the last scrape this is forgotten.',
    steps: [
      'Was it removed on purpose? Then silence it for six hours.',
      '`kubectl -n mle-smith get pods`: of one that is `Pending` the events tell what it waits for. None: `kubectl -n mle-smith get deploy` tells the replicas that are asked for.',
      'Pods are there and ready: does Prometheus still find them (Status → Targets)?',
    ],
    fires: { samples: [{ series: `up${at('job="mle-smith-design",instance="a"')}`, values: '1x20 _x40' }], atMinute: 40 },
    silent: {
      samples: [
        { series: `up${at('job="mle-smith-design",instance="a"')}`, values: '1x20 _x40' },
        { series: `up${at('job="mle-smith-design",instance="b"')}`, values: '_x18 1x42' },
      ],
      atMinute: 40,
    },
  },
] as const satisfies readonly Alert[];
