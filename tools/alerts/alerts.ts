import type { Alert } from './alert.ts';
import { burnAlerts } from './burn-rates.ts';

const AT = '{cluster="c",namespace="n"}';
const at = (labels: string): string => `{cluster="c",namespace="n",${labels}}`;
const WHERE = 'cluster, namespace';

/** Alerts on symptoms: pipelines with tens of tasks a day have no rates to watch (platform OB-10). */
const SYMPTOMS = [
  {
    name: 'MleSmithStoreAway',
    severity: 'page',
    // Figures of the store that a scrape cannot read within two seconds stay what they were: what tells is the warning.
    expr: `sum by (${WHERE}, job, instance) (increase(mlesmith_telemetry_warnings_total{code="telemetry.reading_failed"}[3m])) > 0`,
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
        { series: `mlesmith_telemetry_warnings_total${at('job="mle-smith",instance="a",code="telemetry.reading_failed"')}`, values: '0x5 0+12x3 36x20' },
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
  {
    name: 'MleSmithStuck',
    severity: 'page',
    expr: `max by (${WHERE}) (mlesmith_stuck_items) > 0`,
    lasting: '15m',
    summary: '{{ $value }} datasets or tasks are past their deadline and nobody ends them',
    meaning:
      'Every service ends what is overdue within a minute. None does: none can write to the store. (Where none runs at all, nobody tells this figure: MleSmithServiceVanished does.)',
    steps: [
      'Dashboard “Services and Node”: which processes are there?',
      'The logs of stations: `service.not_ready` names the server that they wait for.',
      '`./mle-smith status --server URL` names what has made no step for longest: its stage, since when, and who holds it or why it waits.',
    ],
    fires: { samples: [{ series: `mlesmith_stuck_items${AT}`, values: '0 2x40' }], atMinute: 30 },
    silent: { samples: [{ series: `mlesmith_stuck_items${AT}`, values: '0 2x10 0x40' }], atMinute: 30 },
  },
  {
    name: 'MleSmithWaitsLong',
    severity: 'ticket',
    expr: `max by (${WHERE}, stage) (mlesmith_stage_oldest_seconds) > 6 * 3600`,
    lasting: '15m',
    summary: 'Something has waited for the stage {{ $labels.stage }} for more than 6 hours',
    meaning: 'The stage has no worker, does not keep up, or its work waits for a budget or a model. After 24 hours what waits ends as `stuck`.',
    steps: [
      'Dashboard “Pipeline”: does the queue of the stage grow, or is it one task? One: `./mle-smith show TASK --server URL` tells its way.',
      'Dashboard “Stages”: attempts at work at the number of workers all the time means more replicas are needed.',
      'Dashboard “Model cost and tokens”: is a budget used up? `model.refused` in the log: the endpoint wants a bill, a key or a name.',
    ],
    fires: { samples: [{ series: `mlesmith_stage_oldest_seconds${at('stage="design"')}`, values: '0+60x500' }], atMinute: 400 },
    silent: { samples: [{ series: `mlesmith_stage_oldest_seconds${at('stage="design"')}`, values: '0+60x350 0x150' }], atMinute: 400 },
  },
  {
    name: 'MleSmithNothingVerified',
    severity: 'ticket',
    expr: `sum by (${WHERE}) (increase(mlesmith_tasks_verified_total[6h])) == 0 and sum by (${WHERE}) (max by (${WHERE}, stage) (mlesmith_stage_queue_depth)) > 0`,
    lasting: '6h',
    summary: 'No task was verified for 12 hours, while work waits',
    meaning: 'Tasks may all end unverified, or not move at all.',
    steps: [
      'Dashboard “Pipeline”: “Why tasks ended unverified”. One reason for all of them points to a change of ours, or to one kind of data.',
      'Nothing ends at all: look at the alerts on queues and consumers.',
    ],
    fires: {
      samples: [
        { series: `mlesmith_tasks_verified_total${AT}`, values: '3x900' },
        { series: `mlesmith_stage_queue_depth${at('stage="design"')}`, values: '4x900' },
      ],
      atMinute: 800,
    },
    silent: {
      samples: [
        { series: `mlesmith_tasks_verified_total${AT}`, values: '3x900' },
        { series: `mlesmith_stage_queue_depth${at('stage="design"')}`, values: '0x900' },
      ],
      atMinute: 800,
    },
  },
  {
    name: 'MleSmithConsumerDown',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (mlesmith_consumer_up) == 0`,
    lasting: '10m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not been a member of its group for 10 minutes',
    meaning: 'It hears no news and looks into the store instead: work goes on, seconds later. Datasets that are announced by events wait.',
    steps: [
      'The log of the service: `bus.unreachable`, `bus.consumer_crashed`.',
      'Are the brokers there, and does the service reach them? `./mle-smith topics check`.',
    ],
    fires: { samples: [{ series: `mlesmith_consumer_up${at('job="mle-smith",instance="a"')}`, values: '1 0x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_consumer_up${at('job="mle-smith",instance="a"')}`, values: '1 0x5 1x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithOutboxOld',
    severity: 'ticket',
    expr: `max by (${WHERE}) (mlesmith_outbox_oldest_seconds) > 300`,
    lasting: '5m',
    summary: 'An event has waited for its publication for {{ $value | humanizeDuration }}',
    meaning: 'Brokers refuse or cannot be reached. Work goes on from the store; whoever listens to events of the installation hears nothing.',
    steps: ['The logs: `bus.publish_failed` says why. A topic that is missing: `./mle-smith prepare`.', 'Are the brokers there, and have they room?'],
    fires: { samples: [{ series: `mlesmith_outbox_oldest_seconds${AT}`, values: '0+60x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_outbox_oldest_seconds${AT}`, values: '0+60x7 0x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithDeadLetters',
    severity: 'ticket',
    expr: `sum by (${WHERE}, topic, reason) ((increase(mlesmith_dead_letters_total[1h]) > 0) or (mlesmith_dead_letters_total unless mlesmith_dead_letters_total offset 1h)) > 0`,
    lasting: '0m',
    summary: 'Messages on {{ $labels.topic }} were put aside in the last hour: {{ $labels.reason }}',
    meaning: 'Somebody publishes what no service can read. Nothing of the pipeline is lost; what the message asked for is not done.',
    steps: [
      '`./mle-smith dlq list` shows them and who sent them, `./mle-smith dlq show ID` all of one.',
      '`./mle-smith dlq redrive --all` gives them back when the cause is mended, `./mle-smith dlq drop --all` forgets them; numbers in place of `--all` choose some.',
    ],
    // A series begins with its first message.
    fires: { samples: [{ series: `mlesmith_dead_letters_total${at('topic="task.designed",reason="not_json"')}`, values: '_x20 1x10' }], atMinute: 22 },
    silent: { samples: [{ series: `mlesmith_dead_letters_total${at('topic="task.designed",reason="not_json"')}`, values: '1x200' }], atMinute: 150 },
  },
  {
    name: 'MleSmithBudgetUsedUp',
    severity: 'ticket',
    expr: `min by (${WHERE}, account) (mlesmith_llm_budget_remaining_usd) == 0`,
    lasting: '10m',
    summary: 'Nothing is left of the budget of the {{ $labels.account }}',
    meaning: 'No call of a model is made. Work waits an hour at a time, and ends after a day with `budget_exceeded`.',
    steps: ['Dashboard “Model cost and tokens”: what took it?', 'Raise MLE_SMITH_BUDGET for all stations, or wait for the next day (UTC).'],
    fires: { samples: [{ series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '2 1 0x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '2 1 0.01x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithBudgetNear',
    severity: 'ticket',
    expr: `min by (${WHERE}, account) (mlesmith_llm_budget_remaining_usd) < 0.2 * max by (${WHERE}, account) (mlesmith_llm_budget_limit_usd)`,
    lasting: '5m',
    summary: 'Less than a fifth of the budget of the {{ $labels.account }} is left: {{ $value }} dollars',
    meaning: 'When nothing is left, no call of a model is made and work waits.',
    steps: [
      'Dashboard “Model cost and tokens”: “Dollars an hour” tells how long the rest will last.',
      'Raise MLE_SMITH_BUDGET for all stations before that, or let it end.',
    ],
    fires: {
      samples: [
        { series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '5 4 1.9x30' },
        { series: `mlesmith_llm_budget_limit_usd${at('account="day"')}`, values: '10x40' },
      ],
      atMinute: 20,
    },
    silent: {
      samples: [
        { series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '5 4 2.1x30' },
        { series: `mlesmith_llm_budget_limit_usd${at('account="day"')}`, values: '10x40' },
      ],
      atMinute: 20,
    },
  },
  {
    name: 'MleSmithUnsandboxed',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (mlesmith_jobs_unsandboxed) > 0`,
    lasting: '1h',
    summary: '{{ $labels.job }} {{ $labels.instance }} runs untrusted code without a sandbox',
    meaning: 'That was allowed (MLE_SMITH_ALLOW_UNSANDBOXED): code of models and of strangers shares the kernel of the machine. It is for trials.',
    steps: [
      'On pods: name a RuntimeClass in MLE_SMITH_RUNTIME_CLASS. On a machine: `./mle-smith doctor` says what a sandbox needs.',
      'Unset MLE_SMITH_ALLOW_UNSANDBOXED.',
    ],
    fires: { samples: [{ series: `mlesmith_jobs_unsandboxed${at('job="mle-smith",instance="a"')}`, values: '1x90' }], atMinute: 80 },
    silent: { samples: [{ series: `mlesmith_jobs_unsandboxed${at('job="mle-smith",instance="a"')}`, values: '1x30 0x90' }], atMinute: 80 },
  },
  {
    name: 'MleSmithOrphanJobs',
    severity: 'ticket',
    expr: `sum by (${WHERE}) (increase(mlesmith_cluster_orphans_deleted_total[1h])) > 5`,
    lasting: '0m',
    summary: '{{ $value | humanize }} Jobs that nobody held were deleted within an hour',
    meaning: 'Stations that are killed leave some, which cost room until they are deleted. Many mean that stations die again and again.',
    steps: [
      'Dashboard “Services and Node”: “Age of processes” falls back to 0 where they do.',
      'The log: `pod.orphan_deleted` names each.',
      'What is left: `kubectl -n mle-smith-solve get jobs`.',
    ],
    fires: { samples: [{ series: `mlesmith_cluster_orphans_deleted_total${AT}`, values: '0x10 0+2x10' }], atMinute: 21 },
    silent: { samples: [{ series: `mlesmith_cluster_orphans_deleted_total${AT}`, values: '0x10 0+1x3 3x20' }], atMinute: 21 },
  },
  {
    name: 'MleSmithLag',
    severity: 'ticket',
    // Whoever is held by back-pressure lags on purpose. Each gateway has a group of its process, which lags for days once that has ended. The exporter is in
    // the namespace of the brokers.
    expr: 'sum by (cluster, consumergroup) (kafka_consumergroup_lag{consumergroup=~"mle-smith.*",consumergroup!~".*gateway-.+-[0-9a-f]{8}"}) > 1000 unless on (cluster) (max by (cluster) (mlesmith_consumer_paused) == 1)',
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
  {
    name: 'MleSmithHeapFull',
    severity: 'ticket',
    expr: `max by (${WHERE}, job, instance) (nodejs_heap_used_bytes / nodejs_heap_limit_bytes) > 0.9`,
    lasting: '10m',
    summary: '{{ $labels.job }} {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its heap',
    meaning: 'At 100 % the process dies. Its work is taken up by others, and the same work may kill them too.',
    steps: [
      'Dashboard “Services and Node”: does it grow, or is it one large dataset?',
      'Give the process more memory (`NODE_OPTIONS=--max-old-space-size`), and tell the maintainers.',
    ],
    fires: {
      samples: [
        { series: `nodejs_heap_used_bytes${at('job="mle-smith",instance="a"')}`, values: '95x30' },
        { series: `nodejs_heap_limit_bytes${at('job="mle-smith",instance="a"')}`, values: '100x30' },
      ],
      atMinute: 20,
    },
    silent: {
      samples: [
        { series: `nodejs_heap_used_bytes${at('job="mle-smith",instance="a"')}`, values: '95 95 50x30' },
        { series: `nodejs_heap_limit_bytes${at('job="mle-smith",instance="a"')}`, values: '100x30' },
      ],
      atMinute: 20,
    },
  },
  {
    name: 'MleSmithGpusIdle',
    severity: 'ticket',
    // Only where jobs may have accelerators. Those of a cluster are looked at together: whose a GPU without a pod is, nobody knows.
    expr: `max by (${WHERE}) (mlesmith_stage_queue_depth{stage="execute"}) > 0 and on (${WHERE}) mlesmith_job_gpu_seconds_total{stage="execute"} and on (cluster) max by (cluster) (DCGM_FI_DEV_GPU_UTIL) < 5`,
    lasting: '30m',
    summary: 'Tasks wait for their verification, and no GPU of the cluster has done anything for 30 minutes',
    meaning: 'What costs most stands still. Pods that want a GPU do not get one, or what runs in them does not use it.',
    steps: [
      'Dashboard “Jobs and GPUs”: “Use of GPUs by job” tells whether pods hold them, “Start of a pod at 95 %” whether pods start.',
      'No pods: the log of execute, `pod.waits_for_quota`, and the events of the namespace of candidates. Do node selector and tolerations of the profile (MLE_SMITH_POD_PROFILES_FILE) fit the nodes?',
      'Pods that hold one and do not use it: candidates need none. Give them a profile without an accelerator (MLE_SMITH_POD_PROFILES).',
    ],
    fires: {
      samples: [
        { series: `mlesmith_stage_queue_depth${at('stage="execute"')}`, values: '3x60' },
        { series: `mlesmith_job_gpu_seconds_total${at('stage="execute"')}`, values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="0"}', values: '90 0x60' },
      ],
      atMinute: 50,
    },
    silent: {
      samples: [
        { series: `mlesmith_stage_queue_depth${at('stage="execute"')}`, values: '3x60' },
        { series: `mlesmith_job_gpu_seconds_total${at('stage="execute"')}`, values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="0"}', values: '0x60' },
        { series: 'DCGM_FI_DEV_GPU_UTIL{cluster="c",gpu="1"}', values: '0x40 70x20' },
      ],
      atMinute: 50,
    },
  },
  {
    name: 'MleSmithClusterOutOfSight',
    severity: 'page',
    expr: `max by (${WHERE}, job, instance) (mlesmith_cluster_reconcile_age_seconds) > 600`,
    lasting: '5m',
    summary: '{{ $labels.job }} {{ $labels.instance }} has not seen its Jobs for {{ $value | humanizeDuration }}',
    meaning: 'The API server of the cluster cannot be reached or refuses. Jobs run on, and nobody learns how they end.',
    steps: [
      'The log: `cluster.out_of_sight` says what the server answered.',
      'May the account of the station still list Jobs? `kubectl -n mle-smith-solve auth can-i list jobs --as=system:serviceaccount:mle-smith:mle-smith-stations`; the chart’s role says what it needs.',
    ],
    fires: { samples: [{ series: `mlesmith_cluster_reconcile_age_seconds${at('job="mle-smith",instance="a"')}`, values: '0+60x40' }], atMinute: 30 },
    silent: {
      samples: [{ series: `mlesmith_cluster_reconcile_age_seconds${at('job="mle-smith",instance="a"')}`, values: '0+60x9 0+60x8 0+60x8 0+60x9' }],
      atMinute: 30,
    },
  },
] as const satisfies readonly Alert[];

/** Alerts on symptoms by their names. */
export type AlertName = (typeof SYMPTOMS)[number]['name'];

/** Every alert. */
export const ALERTS: readonly Alert[] = [...SYMPTOMS, ...burnAlerts()];
