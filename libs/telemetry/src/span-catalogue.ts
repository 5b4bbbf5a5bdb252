import { JOB_PHASES } from '@mle-smith/contracts';
import { GEN_AI, GEN_AI_OPERATION } from './gen-ai.ts';
import { JOB_STATUSES, MODEL_OUTCOMES, ON_KUBERNETES, oneOf, STAGE_OUTCOMES, STAGES, ZONES } from './metric-labels.ts';

export type SpanKindName = 'internal' | 'client' | 'server' | 'producer' | 'consumer';

/** What an attribute may hold: a text (bounded, without secrets), a number, or one of a closed set. */
export type SpanValue = 'text' | 'number' | { readonly values: readonly string[] };

/** One kind of span: what code may record, what a reader of a trace may look for. */
export interface SpanRow {
  /** What is in braces is the value of that attribute. */
  readonly name: string;
  readonly kind: SpanKindName;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  /** What it lies below. */
  readonly below: string;
  readonly help: string;
  /** When a service records it, where that is not at every ordinary run of all services on one machine. */
  readonly shownWhen?: string;
  /** The instrumentation that makes it; our own code where it is not given. */
  readonly by?: string;
  /** Nothing but the code of a fault is told: its message may quote what was said. */
  readonly codesOnly?: true;
}

/** The steps of a pod that runs a job, in their order, and what the time at which each is over is called. */
export const POD_STEPS = {
  create: 'created',
  wait: 'running',
  connect: 'connected',
  send: 'sent',
  run: 'answered',
  collect: 'collected',
  remove: 'removed',
} as const;
export type PodStep = keyof typeof POD_STEPS;

type Subject = 'dataset' | 'task';
const SUBJECTS: readonly Subject[] = ['dataset', 'task'];
const STEP = 'an attempt';
const ANY = 'an attempt, a step of one, or a request';
const MESSAGES = {
  'messaging.system': 'text',
  'messaging.destination.name': 'text',
  'messaging.destination.partition.id': 'text',
  'messaging.operation.name': 'text',
  'messaging.operation.type': 'text',
  'error.type': 'text',
} as const;
const CALLED = { 'server.address': 'text', 'server.port': 'number', 'error.type': 'text' } as const;

/**
 * Every span of every service. What an attribute is not in the row of its span does not leave the process, whoever records it; nothing of a prompt, a
 * reply, a row of data or a query has a place here (platform OB-5, OB-6).
 */
export const SPANS = {
  attempt: {
    name: '{mlesmith.stage}',
    kind: 'consumer',
    below: 'nothing: each attempt begins a trace, with links to its cause and to the first span of the pipeline',
    attributes: {
      'mlesmith.stage': oneOf(STAGES),
      'mlesmith.subject.kind': oneOf(SUBJECTS),
      'mlesmith.subject.id': 'text',
      'mlesmith.dataset.id': 'text',
      'mlesmith.generation': 'number',
      'mlesmith.attempt': 'number',
      'mlesmith.outcome': oneOf(STAGE_OUTCOMES),
      'error.type': 'text',
    },
    help: 'One attempt of a stage on a dataset or task.',
  },
  transition: {
    name: 'transition {mlesmith.to}',
    kind: 'internal',
    below: STEP,
    attributes: { 'mlesmith.from': 'text', 'mlesmith.to': 'text', 'mlesmith.outcome': oneOf(STAGE_OUTCOMES), 'error.type': 'text' },
    help: 'The write of what an attempt came to: state, history and events in one change.',
  },
  model_call: {
    name: `{${GEN_AI.operation}} {${GEN_AI.model}}`,
    kind: 'client',
    below: STEP,
    attributes: {
      [GEN_AI.operation]: oneOf([GEN_AI_OPERATION]),
      [GEN_AI.provider]: 'text',
      [GEN_AI.model]: 'text',
      [GEN_AI.inputTokens]: 'number',
      [GEN_AI.outputTokens]: 'number',
      [GEN_AI.error]: oneOf(MODEL_OUTCOMES),
    },
    help: 'One call of a model; one that is tried again is one more.',
    codesOnly: true,
  },
  job: {
    name: 'job {mlesmith.job.zone}',
    kind: 'internal',
    below: STEP,
    attributes: {
      'mlesmith.job.name': 'text',
      'mlesmith.job.zone': oneOf(ZONES),
      'mlesmith.job.trust': oneOf(['ours', 'untrusted']),
      'mlesmith.job.profile': 'text',
      'mlesmith.job.status': oneOf(JOB_STATUSES),
      'error.type': 'text',
    },
    help: 'One job in a sandbox of this machine or in a pod, without its wait for a place.',
  },
  job_phase: {
    name: 'phase {mlesmith.job.phase}',
    kind: 'internal',
    below: 'a job of our own code',
    attributes: { 'mlesmith.job.phase': oneOf(JOB_PHASES) },
    help: 'A part of what our Python did in a job; programs of others tell none.',
  },
  pod_step: {
    name: 'pod {mlesmith.pod.step}',
    kind: 'internal',
    below: 'a job in a pod',
    attributes: { 'mlesmith.pod.step': oneOf(Object.keys(POD_STEPS) as PodStep[]) },
    help: 'A part of the life of the pod of a job. A warm pod that is used again is created, waited for and connected to once.',
    shownWhen: ON_KUBERNETES,
  },
  request: {
    name: '{http.request.method} {http.route}',
    kind: 'server',
    by: '@opentelemetry/instrumentation-http',
    below: 'whatever the caller says',
    attributes: {
      'http.request.method': 'text',
      'http.route': 'text',
      'http.response.status_code': 'number',
      'url.path': 'text',
      'url.scheme': 'text',
      'server.address': 'text',
      'server.port': 'number',
      'network.protocol.version': 'text',
      'error.type': 'text',
    },
    help: 'A request that was answered; one that only reads is traced where its caller is (`traceparent`), health checks and scrapes never.',
  },
  http_call: {
    name: '{http.request.method}',
    kind: 'client',
    by: '@opentelemetry/instrumentation-http',
    below: ANY,
    attributes: { ...CALLED, 'http.request.method': 'text', 'http.response.status_code': 'number', 'url.full': 'text', 'network.protocol.version': 'text' },
    help: 'A request to another server: an object store, an API server. Queries are left out.',
  },
  send: {
    name: 'send {messaging.destination.name}',
    kind: 'producer',
    by: '@opentelemetry/instrumentation-kafkajs',
    below: ANY,
    attributes: { ...MESSAGES, 'messaging.kafka.message.key': 'text' },
    help: 'An event on its way to a topic.',
  },
  poll: {
    name: 'poll {messaging.destination.name}',
    kind: 'client',
    by: '@opentelemetry/instrumentation-kafkajs',
    below: 'nothing; with links to the spans that sent the events',
    attributes: { ...MESSAGES, 'messaging.batch.message_count': 'number' },
    help: 'Events of a topic that came together.',
  },
  process: {
    name: 'process {messaging.destination.name}',
    kind: 'consumer',
    by: '@opentelemetry/instrumentation-kafkajs',
    below: 'a poll; with a link to the span that sent the event',
    attributes: { ...MESSAGES, 'messaging.kafka.message.key': 'text', 'messaging.kafka.offset': 'text' },
    help: 'An event in the hands of its handler, which writes down what it heard.',
  },
  store: {
    name: '{db.operation.name} {db.collection.name}',
    kind: 'client',
    by: '@opentelemetry/instrumentation-mongoose',
    below: ANY,
    attributes: { ...CALLED, 'db.system.name': 'text', 'db.namespace': 'text', 'db.collection.name': 'text', 'db.operation.name': 'text' },
    help: 'One operation of the store; what is asked for and answered is left out.',
  },
} as const satisfies Readonly<Record<string, SpanRow>>;

export type SpanName = keyof typeof SPANS;
/** The spans that our own code records; the others come from instrumentations. */
export type OwnSpanName = { [Name in SpanName]: (typeof SPANS)[Name] extends { readonly by: string } ? never : Name }[SpanName];

type ValueOf<Value> = Value extends { readonly values: readonly (infer One)[] } ? One : Value extends 'number' ? number : string;

/** The attributes of a span; one that its row lacks does not compile. */
export type AttributesOf<Name extends SpanName> = {
  readonly [Attribute in keyof (typeof SPANS)[Name]['attributes']]?: ValueOf<(typeof SPANS)[Name]['attributes'][Attribute]>;
};

/** The name of a span with these attributes. */
export function nameOfSpan<Name extends OwnSpanName>(span: Name, attributes: AttributesOf<Name>): string {
  const { name }: SpanRow = SPANS[span];
  return name.replace(/\{([^}]+)\}/g, (_, attribute: string) => String((attributes as Readonly<Record<string, unknown>>)[attribute] ?? attribute));
}

/** What may leave the process of a span, by the instrumentation that made it; undefined for our own spans. */
export function attributesMadeBy(instrumentation: string | undefined): ReadonlySet<string> {
  const known = ALLOWED.get(instrumentation);
  if (known !== undefined) return known;
  const rows: readonly SpanRow[] = Object.values(SPANS);
  const allowed = new Set(rows.filter(({ by }) => by === instrumentation).flatMap(({ attributes }) => Object.keys(attributes)));
  ALLOWED.set(instrumentation, allowed);
  return allowed;
}

const ALLOWED = new Map<string | undefined, ReadonlySet<string>>();
