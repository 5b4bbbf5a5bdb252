export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One kind of line: how loud it is, what it says, and what a reader can do about it. */
export interface LogCode {
  readonly level: LogLevel;
  /** The message of the line; what differs from line to line is in its fields. */
  readonly says: string;
  readonly todo: string;
}

const NOTHING = 'Nothing.';
const ITSELF = 'Nothing at once: it is tried again. If it goes on, ';

/** Every line that a service can write. A code is for ever: alerts and runbooks name it. */
export const LOG_CODES = {
  'service.starting': { level: 'info', says: 'starting', todo: NOTHING },
  'service.ready': { level: 'info', says: 'ready for work', todo: NOTHING },
  'service.config_invalid': { level: 'fatal', says: 'the configuration is not usable', todo: 'Mend what the line lists and start again; exit code 78.' },
  'service.not_ready': { level: 'warn', says: 'a dependency is out of reach', todo: `${ITSELF}look at the dependency that the line names.` },
  'service.stopping': { level: 'info', says: 'draining: no new work is taken', todo: NOTHING },
  'service.stopped': { level: 'info', says: 'stopped', todo: NOTHING },
  'service.stop_forced': {
    level: 'warn',
    says: 'stopped before all work was handed back',
    todo: 'Nothing is lost: leases run out and others take over. If it goes on, give the process a longer time to stop.',
  },
  'service.failed': { level: 'fatal', says: 'an error that nobody handled', todo: 'It is restarted; please report the line.' },
  'service.fault': { level: 'error', says: 'an error of this program; work goes on', todo: 'Please report the line.' },
  'service.loop_blocked': { level: 'warn', says: 'the event loop stood still', todo: 'Look for a large input at that time; give the process more CPU.' },
  'stage.started': { level: 'debug', says: 'a stage began', todo: NOTHING },
  'stage.advanced': { level: 'info', says: 'a stage is done', todo: NOTHING },
  'stage.returned': { level: 'info', says: 'sent back with findings', todo: 'Nothing: an earlier stage mends it. The findings are in `mle-smith show`.' },
  'stage.retried': { level: 'warn', says: 'an infrastructure fault; it is tried again later', todo: `${ITSELF}look at what the reason names.` },
  'stage.failed': { level: 'error', says: 'a stage threw; it is tried again while attempts remain', todo: 'A fault of this program: please report the line.' },
  'stage.fenced': {
    level: 'warn',
    says: 'a result came too late and was dropped',
    todo: 'Nothing: somebody else has the work. Often: look for blocked event loops or a slow store.',
  },
  'stage.fell_back': { level: 'warn', says: 'rules decide in place of a model', todo: 'Look at the endpoint and the budget, if that was not meant.' },
  'stage.released': { level: 'info', says: 'work was handed back unfinished, without charge', todo: NOTHING },
  'dataset.brainstormed': { level: 'info', says: 'tasks were proposed for a dataset', todo: NOTHING },
  'dataset.refused': { level: 'warn', says: 'a dataset was refused', todo: 'The reason code says what its owner can do.' },
  'task.verified': { level: 'info', says: 'a task is verified', todo: NOTHING },
  'task.abandoned': { level: 'warn', says: 'a task was given up', todo: 'The reason code says what can be done; `mle-smith show` has its history.' },
  'task.cancelled': { level: 'info', says: 'a task was cancelled', todo: NOTHING },
  'lease.taken_over': { level: 'warn', says: 'work of a lost worker was taken over', todo: 'Look why the other process stopped.' },
  'sweep.ended_overdue': {
    level: 'warn',
    says: 'a subject without progress was ended',
    todo: 'Look why its stage took nothing on for so long: is it down, or are its workers too few? What ended so is taken up again by `mle-smith retry`.',
  },
  'bus.connected': { level: 'info', says: 'connected to the brokers', todo: NOTHING },
  'bus.unreachable': { level: 'warn', says: 'the brokers are out of reach', todo: `${ITSELF}check the addresses, the network and the brokers.` },
  'bus.consumer_crashed': { level: 'error', says: 'the consumer stopped', todo: 'It is restarted, by itself or with the process; please report the line.' },
  'bus.rebalanced': { level: 'info', says: 'partitions were shared out anew', todo: NOTHING },
  'bus.paused': { level: 'info', says: 'fetching stopped: enough work waits', todo: 'Nothing; to go faster, add workers to the stage that is behind.' },
  'bus.resumed': { level: 'info', says: 'fetching goes on', todo: NOTHING },
  'bus.publish_failed': { level: 'warn', says: 'an event could not be published and stays in its outbox', todo: `${ITSELF}look at the brokers.` },
  'bus.dead_letter': { level: 'error', says: 'a message was put aside', todo: 'See `mle-smith dlq show`; when the cause is mended, `mle-smith dlq redrive`.' },
  'bus.parked': { level: 'warn', says: 'an event of an unknown type was passed over', todo: 'Nothing while versions are mixed; else update this service.' },
  'bus.slow_handler': { level: 'warn', says: 'a message took long to accept', todo: 'Look at the store.' },
  'store.unreachable': { level: 'error', says: 'the store is out of reach', todo: `${ITSELF}look at the store; nothing is lost meanwhile.` },
  'store.clock_skew': {
    level: 'warn',
    says: 'the clocks of this machine and the store differ',
    todo: 'Nothing breaks, since leases go by the clock of the store; mend the clock.',
  },
  'artifacts.unreachable': { level: 'error', says: 'the object store is out of reach', todo: `${ITSELF}look at the object store.` },
  'model.refused': {
    level: 'error',
    says: 'the model endpoint refuses the key, the model or the request',
    todo: 'Mend key, model or quota as the line says; work waits meanwhile.',
  },
  'model.recovered': { level: 'info', says: 'the model endpoint answers again; work goes on', todo: NOTHING },
  'model.budget_near': { level: 'warn', says: 'a budget for model calls is nearly used up', todo: 'Raise it, or work stops when it is.' },
  'job.unsandboxed': { level: 'warn', says: 'untrusted code runs without a sandbox', todo: 'Install the sandbox; see `mle-smith doctor`.' },
  'cluster.out_of_sight': {
    level: 'error',
    says: 'the jobs of a namespace cannot be looked at',
    todo: `${ITSELF}look at the API server and the rights of this service; jobs go on meanwhile.`,
  },
  'cluster.in_sight': { level: 'info', says: 'the jobs of a namespace can be looked at again', todo: NOTHING },
  'cluster.clock_skew': { level: 'warn', says: 'the clocks of this machine and the cluster differ', todo: 'Nothing breaks; mend the clock.' },
  'pod.ended': {
    level: 'warn',
    says: 'a pod ended before it had done its work',
    todo: 'What its code asks for, by the table of ends in libs/adapters/kubernetes/README.md.',
  },
  'pod.orphan_deleted': { level: 'warn', says: 'a pod that nobody works with was removed', todo: 'Nothing; it was left by a process that died.' },
  'pod.waits_for_quota': { level: 'warn', says: 'a job waits for the quota of its namespace', todo: 'Nothing, or raise the quota.' },
  'ingest.found': { level: 'info', says: 'a dataset was found', todo: NOTHING },
  'ingest.gap_found': {
    level: 'warn',
    says: 'a listing found what no event had told of',
    todo: 'Nothing is lost; look at the notifications of the bucket if it goes on.',
  },
  'ingest.source_unreachable': { level: 'error', says: 'a source of datasets is out of reach', todo: `${ITSELF}look at the source and its credentials.` },
  'http.refused': { level: 'info', says: 'a request was refused', todo: 'Nothing, unless the caller should be let in.' },
  'http.failed': { level: 'error', says: 'a request failed by our fault', todo: 'Please report the line; its request id is in the answer too.' },
  'telemetry.started': { level: 'info', says: 'telemetry is on', todo: NOTHING },
  'telemetry.config_invalid': { level: 'error', says: 'telemetry stays off: its configuration is not usable', todo: 'Mend what the line lists.' },
  'telemetry.export_failed': {
    level: 'warn',
    says: 'spans or metrics could not be delivered: spans are dropped, metrics come with the next ones',
    todo: 'Nothing breaks; look at the collector. Told once a minute.',
  },
  'telemetry.metrics_unreachable': {
    level: 'warn',
    says: 'the address for metrics cannot be listened on',
    todo: 'Give each process its own MLE_SMITH_METRICS_PORT.',
  },
  'telemetry.label_outside': {
    level: 'warn',
    says: 'a label was told as `other`',
    todo: 'Please report the line: the table of metrics is too narrow. Told once a minute.',
  },
  'telemetry.reading_failed': { level: 'warn', says: 'a metric could not be read for a scrape', todo: 'Look at the store. Told once a minute.' },
  'telemetry.sdk_warned': { level: 'warn', says: 'the telemetry SDK complained', todo: 'Nothing breaks; spans or metrics may be missing. Told once a minute.' },
} as const satisfies Readonly<Record<string, LogCode>>;

export type LogCodeName = keyof typeof LOG_CODES;
