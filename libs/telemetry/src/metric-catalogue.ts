import { FACTS, MODEL_REFUSALS } from '@mle-smith/contracts';
import { GEN_AI, GEN_AI_METRICS, GEN_AI_OPERATION } from './gen-ai.ts';
import {
  API_ERRORS,
  atMost,
  DATASET_STATES,
  FAULT_CLASSES,
  JOB_STATUSES,
  MODEL_OUTCOMES,
  ON_KUBERNETES,
  oneOf,
  OTHER,
  REASONS,
  STAGE_OUTCOMES,
  STAGES,
  TASK_STATES,
  VERDICTS,
  ZONES,
  type LabelValues,
} from './metric-labels.ts';
import { WARNING_CODES } from './warnings.ts';

/** `observed` kinds are read when somebody scrapes; the others are recorded when something happens. */
export type MetricKind = 'counter' | 'histogram' | 'gauge' | 'observed_gauge' | 'observed_counter';

/** The dashboards that metrics belong to (platform OB-9). */
export type Dashboard = 'pipeline' | 'stage' | 'kafka' | 'llm' | 'jobs' | 'ingest' | 'service';

/** One metric: what code may record, what an operator may ask for. */
export interface MetricRow {
  readonly kind: MetricKind;
  /** UCUM; `{…}` for counts of things, so that no path adds a suffix to the name. */
  readonly unit: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  readonly help: string;
  readonly dashboard: Dashboard;
  /** When a service shows it, where that is not at every ordinary run of all services on one machine. */
  readonly shownWhen?: string;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

const LONG = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 10_800, 43_200, 86_400];
const SHORT = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const CALLS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
const TOKENS = [16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];

const stage = oneOf(STAGES);
/** Whoever asks a model or runs a job; `other` beside all stages, as when a model is tried out at the start. */
const caller = oneOf([...STAGES, OTHER]);
const topic = oneOf(FACTS);
const reason = oneOf(REASONS);
const model = atMost(16);
const genAi = { [GEN_AI.operation]: oneOf([GEN_AI_OPERATION]), [GEN_AI.provider]: atMost(8), [GEN_AI.model]: model };

/**
 * Every metric of every service. Names end in their unit, so that a scrape and an OTLP collector tell the same name (platform OB-3); labels are
 * bounded and never hold a task, a dataset, a URL or the text of an error (platform OB-4).
 */
export const SERVICE_METRICS = {
  // pipeline
  mlesmith_tasks: { kind: 'observed_gauge', unit: '{task}', labels: { state: oneOf(TASK_STATES) }, help: 'Tasks by state.', dashboard: 'pipeline' },
  mlesmith_datasets: {
    kind: 'observed_gauge',
    unit: '{dataset}',
    labels: { state: oneOf(DATASET_STATES) },
    help: 'Datasets by state.',
    dashboard: 'ingest',
  },
  mlesmith_stage_queue_depth: {
    kind: 'observed_gauge',
    unit: '{item}',
    labels: { stage },
    help: 'Subjects that wait for a stage or are at work in it.',
    dashboard: 'pipeline',
  },
  mlesmith_stage_oldest_seconds: {
    kind: 'observed_gauge',
    unit: 's',
    labels: { stage },
    help: 'Age of the subject that has waited longest for a stage; 0 where none waits.',
    dashboard: 'pipeline',
  },
  mlesmith_stuck_items: {
    kind: 'observed_gauge',
    unit: '{item}',
    labels: {},
    help: 'Subjects past their deadline that nobody has ended.',
    dashboard: 'pipeline',
  },
  mlesmith_outbox_depth: { kind: 'observed_gauge', unit: '{event}', labels: {}, help: 'Events that wait for publication.', dashboard: 'kafka' },
  mlesmith_outbox_oldest_seconds: {
    kind: 'observed_gauge',
    unit: 's',
    labels: {},
    help: 'Age of the event that has waited longest for publication; 0 where none waits.',
    dashboard: 'kafka',
  },
  mlesmith_tasks_verified_total: { kind: 'counter', unit: '{task}', labels: {}, help: 'Tasks that were verified.', dashboard: 'pipeline' },
  mlesmith_tasks_rejected_total: {
    kind: 'counter',
    unit: '{task}',
    labels: { reason },
    help: 'Tasks that were abandoned or cancelled; one that is retried counts at each of its ends.',
    dashboard: 'pipeline',
  },
  mlesmith_verdict_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { verdict: oneOf(VERDICTS) },
    help: 'From the receipt of a dataset until a task of it was verified or abandoned.',
    dashboard: 'pipeline',
    buckets: LONG,
  },
  mlesmith_datasets_refused_total: {
    kind: 'counter',
    unit: '{dataset}',
    labels: { reason },
    help: 'Datasets that were refused, at each end.',
    dashboard: 'ingest',
  },
  // stages
  mlesmith_stage_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { stage, outcome: oneOf(STAGE_OUTCOMES) },
    help: 'Time of one attempt of a stage.',
    dashboard: 'stage',
    buckets: LONG,
  },
  mlesmith_stage_attempts_total: {
    kind: 'counter',
    unit: '{attempt}',
    labels: { stage, class: oneOf(FAULT_CLASSES) },
    help: 'Attempts of a stage by who was at fault; `none` for those that advanced their subject.',
    dashboard: 'stage',
  },
  mlesmith_stage_returns_total: {
    kind: 'counter',
    unit: '{task}',
    labels: { stage, to: stage },
    help: 'Tasks that a stage sent back, by the stage that is to mend them.',
    dashboard: 'stage',
    shownWhen: 'a stage has sent a task back',
  },
  mlesmith_stage_working: { kind: 'gauge', unit: '{attempt}', labels: { stage }, help: 'Attempts that this process works on now.', dashboard: 'stage' },
  mlesmith_fenced_results_total: {
    kind: 'counter',
    unit: '{result}',
    labels: { stage },
    help: 'Results that came after somebody else had taken over, and were dropped.',
    dashboard: 'stage',
  },
  mlesmith_lease_expired_total: { kind: 'counter', unit: '{lease}', labels: { stage }, help: 'Leases that ran out and were taken over.', dashboard: 'stage' },
  // kafka
  mlesmith_claim_latency_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { stage },
    help: 'How long a subject could be claimed (it had come to the stage, or its pause was over) while a worker of this service was free, until it claimed it.',
    dashboard: 'kafka',
    buckets: [...SHORT, 60, 300, 1_800],
  },
  mlesmith_consumer_up: { kind: 'gauge', unit: '{consumer}', labels: {}, help: '1 while the consumer is a member of its group.', dashboard: 'kafka' },
  mlesmith_consumer_fetch_age_seconds: { kind: 'observed_gauge', unit: 's', labels: {}, help: 'Time since the last fetch was answered.', dashboard: 'kafka' },
  mlesmith_consumer_crashes_total: {
    kind: 'counter',
    unit: '{crash}',
    labels: { restart: oneOf(['yes', 'no']) },
    help: 'Crashes of the consumer, by whether it came back by itself.',
    dashboard: 'kafka',
  },
  mlesmith_consumer_rebalances_total: { kind: 'counter', unit: '{rebalance}', labels: {}, help: 'Rebalances of the consumer group.', dashboard: 'kafka' },
  mlesmith_consumer_paused: {
    kind: 'gauge',
    unit: '{consumer}',
    labels: {},
    help: '1 while back-pressure keeps the consumer from fetching.',
    dashboard: 'kafka',
  },
  mlesmith_backpressure_mark: {
    kind: 'gauge',
    unit: '{item}',
    labels: { mark: oneOf(['low', 'high']) },
    help: 'Depths of the queue at which fetching stops and goes on.',
    dashboard: 'kafka',
  },
  mlesmith_handler_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { topic, outcome: oneOf(['accepted', 'repeated', 'stale', 'parked', 'dead_lettered', 'failed']) },
    help: 'Time from the delivery of a message until it may be acknowledged.',
    dashboard: 'kafka',
    buckets: SHORT,
  },
  mlesmith_events_published_total: { kind: 'counter', unit: '{event}', labels: { topic }, help: 'Events that the broker took.', dashboard: 'kafka' },
  mlesmith_publish_failures_total: {
    kind: 'counter',
    unit: '{event}',
    labels: { topic },
    help: 'Publications that failed; the event stays in its outbox.',
    dashboard: 'kafka',
  },
  mlesmith_dead_letters_total: {
    kind: 'counter',
    unit: '{message}',
    labels: { topic, reason: atMost(32) },
    help: 'Messages that were put aside since nobody can work on them.',
    dashboard: 'kafka',
    shownWhen: 'a message could not be read',
  },
  // models
  [GEN_AI_METRICS.duration]: {
    kind: 'histogram',
    unit: 's',
    labels: { ...genAi, [GEN_AI.error]: oneOf(MODEL_OUTCOMES) },
    help: 'Time of one call of a model.',
    dashboard: 'llm',
    buckets: CALLS,
  },
  [GEN_AI_METRICS.tokens]: {
    kind: 'histogram',
    unit: '{token}',
    labels: { ...genAi, [GEN_AI.tokenType]: oneOf(['input', 'output']) },
    help: 'Tokens of one call of a model.',
    dashboard: 'llm',
    buckets: TOKENS,
  },
  mlesmith_llm_cost_usd_total: {
    kind: 'counter',
    unit: '{USD}',
    labels: { model, stage: caller },
    help: 'Dollars of calls whose price is known.',
    dashboard: 'llm',
  },
  mlesmith_llm_tokens_total: {
    kind: 'counter',
    unit: '{token}',
    labels: { model, stage: caller, type: oneOf(['input', 'output']) },
    help: 'Tokens of calls, by the stage that made them.',
    dashboard: 'llm',
  },
  mlesmith_llm_unpriced_calls_total: {
    kind: 'counter',
    unit: '{call}',
    labels: { model, stage: caller },
    help: 'Calls whose price is not known.',
    dashboard: 'llm',
  },
  mlesmith_llm_cache_hits_total: {
    kind: 'counter',
    unit: '{call}',
    labels: { model, stage: caller },
    help: 'Answers that were read from the journal.',
    dashboard: 'llm',
  },
  mlesmith_llm_retries_total: {
    kind: 'counter',
    unit: '{call}',
    labels: { reason: oneOf(MODEL_OUTCOMES) },
    help: 'Calls that were tried again.',
    dashboard: 'llm',
  },
  mlesmith_llm_schema_repairs_total: {
    kind: 'counter',
    unit: '{call}',
    labels: { model, stage: caller },
    help: 'Replies that were sent back since they did not have the form that was asked for.',
    dashboard: 'llm',
  },
  mlesmith_llm_budget_remaining_usd: {
    kind: 'observed_gauge',
    unit: '{USD}',
    labels: { account: oneOf(['day', 'deployment']) },
    help: 'Dollars that are left of a budget.',
    dashboard: 'llm',
  },
  mlesmith_llm_budget_limit_usd: {
    kind: 'gauge',
    unit: '{USD}',
    labels: { account: oneOf(['day', 'deployment']) },
    help: 'Dollars of a budget.',
    dashboard: 'llm',
  },
  mlesmith_llm_budget_refuses: {
    kind: 'observed_gauge',
    unit: '{budget}',
    labels: { account: oneOf(['day', 'deployment']) },
    help: '1 since a budget had no room for a call of this process, until it has room for one again.',
    dashboard: 'llm',
  },
  mlesmith_llm_concurrency_limit: {
    kind: 'observed_gauge',
    unit: '{call}',
    labels: {},
    help: 'Calls that the endpoint takes at once, as learned.',
    dashboard: 'llm',
  },
  mlesmith_llm_endpoint_refuses: {
    kind: 'observed_gauge',
    unit: '{endpoint}',
    labels: { reason: oneOf(MODEL_REFUSALS) },
    help: '1 while the endpoint refuses every call until somebody sees to the bill, the key or the name, and work waits for that.',
    dashboard: 'llm',
  },
  mlesmith_llm_fallbacks_total: {
    kind: 'counter',
    unit: '{attempt}',
    labels: { stage },
    help: 'Attempts that went on by rules, since the model, its endpoint or its budget was of no use.',
    dashboard: 'llm',
    shownWhen: 'rules may stand in for models (MLE_SMITH_FALLBACK)',
  },
  mlesmith_llm_calls_running: {
    kind: 'gauge',
    unit: '{call}',
    labels: { model },
    help: 'Calls that run now; those that wait for room are not among them.',
    dashboard: 'llm',
  },
  // jobs
  mlesmith_jobs: {
    kind: 'gauge',
    unit: '{job}',
    labels: { phase: oneOf(['queued', 'running']), profile: atMost(16) },
    help: 'Jobs of this process that wait or run; the profile is `sandbox` on one machine.',
    dashboard: 'jobs',
  },
  mlesmith_jobs_unsandboxed: {
    kind: 'gauge',
    unit: '{station}',
    labels: {},
    help: '1 where untrusted code shares the kernel of the machine, since that was allowed.',
    dashboard: 'jobs',
  },
  mlesmith_job_queue_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { profile: atMost(16) },
    help: 'Time that a job waited for its start.',
    dashboard: 'jobs',
    buckets: LONG,
  },
  mlesmith_job_run_seconds: { kind: 'histogram', unit: 's', labels: { zone: oneOf(ZONES) }, help: 'Time of one job.', dashboard: 'jobs', buckets: LONG },
  mlesmith_job_outcomes_total: {
    kind: 'counter',
    unit: '{job}',
    labels: { zone: oneOf(ZONES), class: oneOf(JOB_STATUSES) },
    help: 'Jobs by how they ended; `not_run` where the runner itself failed.',
    dashboard: 'jobs',
  },
  mlesmith_job_peak_memory_bytes: {
    kind: 'histogram',
    unit: 'By',
    labels: { zone: oneOf(ZONES) },
    help: 'Most memory that a job held.',
    dashboard: 'jobs',
    buckets: [64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768].map((mib) => mib * 1_048_576),
  },
  mlesmith_job_cpu_seconds_total: {
    kind: 'counter',
    unit: 's',
    labels: { stage: caller, zone: oneOf(ZONES) },
    help: 'Processor time of jobs and of those of their children that they waited for.',
    dashboard: 'jobs',
  },
  mlesmith_job_gpu_seconds_total: {
    kind: 'counter',
    unit: 's',
    labels: { stage: caller },
    help: 'Accelerators of a job times how long it ran; what idle pods hold is not in it.',
    dashboard: 'jobs',
    shownWhen: 'a profile of pods has an accelerator',
  },
  // the cluster that jobs run on
  mlesmith_cluster_api_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { operation: atMost(16), outcome: oneOf(['answered', 'passing', 'refused']) },
    help: 'Time of one call of the Kubernetes API; `passing` are faults that a later call may not meet.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
    buckets: SHORT,
  },
  mlesmith_cluster_api_errors_total: {
    kind: 'counter',
    unit: '{error}',
    labels: { code: oneOf([...API_ERRORS, OTHER]) },
    help: 'Calls of the Kubernetes API that failed, by the status of the answer or what there was in place of one; each try counts.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  mlesmith_cluster_reconcile_age_seconds: {
    kind: 'observed_gauge',
    unit: 's',
    labels: {},
    help: 'Time since the Jobs of the installation were last listed.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  mlesmith_cluster_list_failures_total: {
    kind: 'counter',
    unit: '{failure}',
    labels: {},
    help: 'Times after which the Jobs of a namespace could not be seen until a later list.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  mlesmith_cluster_orphans_deleted_total: {
    kind: 'counter',
    unit: '{job}',
    labels: {},
    help: 'Jobs of the cluster that nobody held any more, and that were deleted.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  mlesmith_pod_start_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: {},
    help: 'From the creation of a Job until its pod takes work.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
    buckets: LONG,
  },
  mlesmith_pod_waits_total: {
    kind: 'counter',
    unit: '{wait}',
    labels: { for: oneOf(['slot', 'quota']) },
    help: 'Jobs that could not be created at once, by what they waited for.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  mlesmith_pod_ends_total: {
    kind: 'counter',
    unit: '{pod}',
    labels: { code: atMost(32) },
    help: 'Pods by how they ended.',
    dashboard: 'jobs',
    shownWhen: ON_KUBERNETES,
  },
  // ingest
  mlesmith_ingest_objects_total: {
    kind: 'counter',
    unit: '{object}',
    labels: { source: atMost(16), outcome: oneOf(['taken', 'known', 'refused']) },
    help: 'Objects of the lake that were looked at.',
    dashboard: 'ingest',
  },
  mlesmith_ingest_bytes_total: {
    kind: 'counter',
    unit: 'By',
    labels: { source: atMost(16) },
    help: 'Bytes that were copied from the lake.',
    dashboard: 'ingest',
  },
  mlesmith_ingest_settle_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { source: atMost(16) },
    help: 'From the first sight of a dataset until nobody writes to it any more.',
    dashboard: 'ingest',
    buckets: LONG,
  },
  mlesmith_ingest_gaps_total: {
    kind: 'counter',
    unit: '{object}',
    labels: { source: atMost(16) },
    help: 'Objects that a listing found and no event had told of.',
    dashboard: 'ingest',
    shownWhen: 'an object was missed',
  },
  // the process
  http_server_request_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    labels: { 'http.request.method': atMost(16), 'http.route': atMost(128), 'http.response.status_code': atMost(64) },
    help: 'Time of one HTTP request, but for health checks and scrapes.',
    dashboard: 'service',
    buckets: SHORT,
  },
  mlesmith_build_info: {
    kind: 'observed_gauge',
    unit: '{build}',
    labels: { version: atMost(1), commit: atMost(1) },
    help: 'Always 1; what runs here.',
    dashboard: 'service',
  },
  mlesmith_telemetry_warnings_total: {
    kind: 'observed_counter',
    unit: '{warning}',
    labels: { code: oneOf(WARNING_CODES) },
    help: 'Warnings of telemetry itself, those that are not written to the log too.',
    dashboard: 'service',
  },
  process_start_time_seconds: { kind: 'observed_gauge', unit: 's', labels: {}, help: 'When the process began, in seconds since 1970.', dashboard: 'service' },
  process_cpu_seconds_total: { kind: 'observed_counter', unit: 's', labels: {}, help: 'CPU time of the process, user and system.', dashboard: 'service' },
  process_resident_memory_bytes: { kind: 'observed_gauge', unit: 'By', labels: {}, help: 'Memory of the process.', dashboard: 'service' },
  nodejs_heap_used_bytes: { kind: 'observed_gauge', unit: 'By', labels: {}, help: 'Heap in use.', dashboard: 'service' },
  nodejs_heap_limit_bytes: { kind: 'observed_gauge', unit: 'By', labels: {}, help: 'Heap at which the process dies.', dashboard: 'service' },
  nodejs_eventloop_lag_max_seconds: {
    kind: 'observed_gauge',
    unit: 's',
    labels: {},
    help: 'Longest that the event loop was late since the last scrape, to half a second.',
    dashboard: 'service',
  },
  nodejs_eventloop_utilization_ratio: {
    kind: 'observed_gauge',
    unit: '1',
    labels: {},
    help: 'Part of the time since the last scrape in which the event loop was busy.',
    dashboard: 'service',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type ServiceMetricName = keyof typeof SERVICE_METRICS;

/** The names of the metrics of these kinds. */
export type NameOfKind<Kind extends MetricKind> = {
  [Name in ServiceMetricName]: (typeof SERVICE_METRICS)[Name]['kind'] extends Kind ? Name : never;
}[ServiceMetricName];

type ValueOf<Label> = Label extends { readonly values: readonly (infer Value)[] } ? Value : string;

/** The labels that a metric takes; one that the table lacks does not compile. `error.type` is there for failures only. */
export type LabelsOf<Name extends ServiceMetricName> = {
  readonly [Label in Exclude<keyof (typeof SERVICE_METRICS)[Name]['labels'], 'error.type'>]: ValueOf<(typeof SERVICE_METRICS)[Name]['labels'][Label]>;
} & {
  readonly [Label in Extract<keyof (typeof SERVICE_METRICS)[Name]['labels'], 'error.type'>]?: ValueOf<(typeof SERVICE_METRICS)[Name]['labels'][Label]>;
};

/** The name under which Prometheus finds a metric or a label. */
export function scrapedName(name: string): string {
  return name.replaceAll('.', '_');
}
