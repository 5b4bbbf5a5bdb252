import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { locationUri, parseLocation, type BucketPrefix } from '@mle-smith/contracts';
import { z } from 'zod';

/** One thing that an operator may set. */
export interface Setting<Shape extends z.ZodType = z.ZodType> {
  /** The environment variable. */
  readonly variable: string;
  /** Reads the text of the variable; a default is the value where it is not set. */
  readonly shape: Shape;
  /** One line for the reference. */
  readonly help: string;
  /** Never shown. */
  readonly secret?: boolean;
  /** Whether its default differs from machine to machine. */
  readonly ownDefault?: boolean;
}

function setting<Shape extends z.ZodType>(variable: string, shape: Shape, help: string, more: Pick<Setting, 'secret' | 'ownDefault'> = {}): Setting<Shape> {
  return { variable, shape, help, ...more };
}

const text = z.string().trim().min(1);
const whole = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = text.transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const hostAndPort = z.string().regex(/^[^\s:]+:\d+$|^\[[0-9a-f:]+\]:\d+$/i, 'host:port is needed');

/** The slash is asked for: whoever leaves it out may mean every key that begins so. */
const prefix = z.string().transform((uri, { addIssue }): BucketPrefix => {
  const place = parseLocation(uri);
  if (place !== undefined && locationUri(place) === uri) return place;
  addIssue('a prefix reads `s3://bucket/prefix/`, with the slash at its end');
  return z.NEVER;
});

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Where Kafka is, and who we are there. */
export const KAFKA_SETTINGS = {
  kafkaBrokers: setting(
    'KAFKA_BROKERS',
    list.pipe(z.array(hostAndPort).min(1, 'at least one host:port is needed')),
    'Kafka brokers, host:port with commas between',
  ),
  kafkaTls: setting('KAFKA_TLS', yesOrNo.default(false), 'whether Kafka is spoken to over TLS'),
  kafkaCaFile: setting('KAFKA_CA_FILE', text.optional(), 'certificates that sign the brokers’, a PEM file'),
  kafkaSaslMechanism: setting(
    'KAFKA_SASL_MECHANISM',
    z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
    'how a user logs in at Kafka; scram-sha-512 by default',
  ),
  kafkaUsername: setting('KAFKA_USERNAME', text.optional(), 'the user at Kafka; nobody logs in where it is not set'),
  kafkaPassword: setting('KAFKA_PASSWORD', text.optional(), 'its password', { secret: true }),
  topicPrefix: setting(
    'KAFKA_TOPIC_PREFIX',
    text.default('mle-smith.'),
    'what names of topics and groups begin with; another one keeps installations apart on one Kafka',
  ),
} as const;

/** Where the truth lies: state and packages. */
export const STORE_SETTINGS = {
  mongodbUri: setting('MONGODB_URI', text.startsWith('mongodb'), 'MongoDB 7 or later: mongodb://host:27017/mle-smith', { secret: true }),
  s3Endpoint: setting('S3_ENDPOINT', z.url({ protocol: /^https?$/ }).optional(), 'the object store; AWS by region where it is not set'),
  s3Region: setting('AWS_REGION', text.default('us-east-1'), 'the region of the object store'),
  s3Bucket: setting('S3_BUCKET', text, 'the bucket of packages'),
  s3Prefix: setting('S3_PREFIX', z.string().trim().default(''), 'what all keys in it begin with'),
  s3AccessKeyId: setting('AWS_ACCESS_KEY_ID', text.optional(), 'the user at the object store; the surroundings of the process tell it where it is not set'),
  s3SecretAccessKey: setting('AWS_SECRET_ACCESS_KEY', text.optional(), 'its key', { secret: true }),
} as const;

/** What every service reads: where the servers are. */
export const SERVER_SETTINGS = { ...STORE_SETTINGS, ...KAFKA_SETTINGS } as const;

/** What every service reads besides. */
export const PROCESS_SETTINGS = {
  host: setting('MLE_SMITH_HOST', text.default('0.0.0.0'), 'the address that health and requests are answered on'),
  port: setting('MLE_SMITH_PORT', whole(0, 65_535).default(8080), 'its port'),
  instance: setting('MLE_SMITH_INSTANCE', text.default(hostname()), 'the name of this replica in leases, logs and metrics; the host by default', {
    ownDefault: true,
  }),
  shutdownSeconds: setting(
    'MLE_SMITH_SHUTDOWN_SECONDS',
    whole(1, 3600).default(25),
    'how long work in hand may take to finish after SIGTERM before it is handed back',
  ),
} as const;

/** What every service that handles datasets reads besides. */
export const DATA_SETTINGS = {
  sourceBuckets: setting(
    'MLE_SMITH_SOURCE_BUCKETS',
    list.default([]),
    'buckets that datasets may be read from, with commas between; the same for gateway and ingest',
  ),
  workDirectory: setting(
    'MLE_SMITH_WORK_DIRECTORY',
    text.default(join(tmpdir(), 'mle-smith')),
    'a private folder: sandboxes, uploads under way, and what is kept of the object store',
    { ownDefault: true },
  ),
  cacheBytes: setting('MLE_SMITH_CACHE_BYTES', whole(0, Number.MAX_SAFE_INTEGER).default(10 * 1024 ** 3), 'how much of the object store is kept in it, bytes'),
} as const;

/** Jobs at work at the same time where they run in pods. Their processors are elsewhere: what bounds them here is what one process can feed and read. */
export const PODS_AT_WORK = 16;

/** What a station reads besides. */
export const STATION_SETTINGS = {
  workers: setting('MLE_SMITH_WORKERS', whole(1, 64).default(2), 'stages at work at the same time'),
  leaseSeconds: setting(
    'MLE_SMITH_LEASE_SECONDS',
    whole(2, 3600).optional(),
    'after which silence of a process others take over its work; 60 by default. A lease is renewed three times in this time',
  ),
  maxGenerations: setting('MLE_SMITH_MAX_GENERATIONS', whole(1, 10).default(3), 'rounds of design and repair for each task; the same for all stations'),
  maxTasks: setting('MLE_SMITH_MAX_TASKS', whole(1, 50).default(3), 'formulations kept for each dataset (brainstorm)'),
  queueHigh: setting(
    'MLE_SMITH_QUEUE_HIGH',
    whole(1, 1_000_000).default(2_000),
    'subjects in the longest queue above which no announced datasets are taken in (ingest)',
  ),
  queueLow: setting('MLE_SMITH_QUEUE_LOW', whole(0, 1_000_000).default(1_000), 'subjects in it at which taking in goes on (ingest)'),
  micro: setting('MLE_SMITH_MICRO', yesOrNo.default(false), 'also a variant of each task with at most 200 training rows (brainstorm)'),
  python: setting('MLE_SMITH_PYTHON', text.default(join(ROOT, '.cache', 'venv', 'bin', 'python')), 'the interpreter that has the numeric packages', {
    ownDefault: true,
  }),
  jobRunner: setting(
    'MLE_SMITH_JOB_RUNNER',
    z.enum(['sandbox', 'kubernetes']).default('sandbox'),
    'where jobs run: in sandboxes of this machine, or in pods of a cluster',
  ),
  sandboxes: setting(
    'MLE_SMITH_SANDBOXES',
    whole(1, 256).optional(),
    `sandboxes at work at the same time; as many as processors by default, ${PODS_AT_WORK} pods on Kubernetes`,
  ),
  allowUnsandboxed: setting('MLE_SMITH_ALLOW_UNSANDBOXED', yesOrNo.default(false), 'run untrusted code without a sandbox; every verdict says so'),
} as const;

/** What a station reads whose jobs run in pods. */
export const POD_SETTINGS = {
  installation: setting(
    'MLE_SMITH_INSTALLATION',
    text.default('mle-smith'),
    'the name of this installation in the labels of its pods; the same for all stations',
  ),
  podSecret: setting(
    'MLE_SMITH_POD_SECRET',
    text.min(16, 'at least 16 characters are needed').optional(),
    'what the tokens of pods are made from; the same for all stations',
    {
      secret: true,
    },
  ),
  kubeconfig: setting('KUBECONFIG', text.optional(), 'where the cluster is and who we are there; the service account of our own pod where it is not set'),
  solveNamespace: setting('MLE_SMITH_SOLVE_NAMESPACE', text.default('mle-smith-solve'), 'the namespace of pods that see public data only'),
  gradeNamespace: setting('MLE_SMITH_GRADE_NAMESPACE', text.default('mle-smith-grade'), 'the namespace of pods that see raw data and answers'),
  runtimeImage: setting(
    'MLE_SMITH_RUNTIME_IMAGE',
    z
      .string()
      .regex(/@sha256:[0-9a-f]{64}$/, 'an image by digest is needed: name@sha256:…')
      .optional(),
    'the image of pods, by its digest',
  ),
  runtimeClass: setting(
    'MLE_SMITH_RUNTIME_CLASS',
    text.optional(),
    'a RuntimeClass that gives pods a kernel of their own (gVisor, Kata); needed unless MLE_SMITH_ALLOW_UNSANDBOXED is set',
  ),
  podProfilesFile: setting(
    'MLE_SMITH_POD_PROFILES_FILE',
    text.optional(),
    'a JSON file of what pods get: profile → {cpu, cpuRequest, accelerator, nodeSelector, tolerations, slots, queue, …}; one processor where it is not set',
  ),
  podProfiles: setting(
    'MLE_SMITH_POD_PROFILES',
    z
      .string()
      .default('measure=cpu,solve=cpu,grade=cpu')
      .transform((value): unknown => Object.fromEntries(value.split(',').map((part) => part.split('=').map((word) => word.trim()) as [string, string])))
      .pipe(z.strictObject({ measure: text, solve: text, grade: text, baselines: text.optional() }, 'measure=…,solve=…,grade=… is needed')),
    'the profile of each kind of job, as `measure=NAME,solve=NAME,grade=NAME`: of what looks at data, of candidates, of what scores them; with `,baselines=NAME` that of our own baselines, which else is that of candidates, or of what looks at data where candidates hold a device',
  ),
  warmPods: setting('MLE_SMITH_WARM_PODS', whole(0, 64).default(2), 'idle pods for code of our own that one replica keeps in each zone'),
  warmPodSeconds: setting('MLE_SMITH_WARM_POD_SECONDS', whole(1, 3_600).default(300), 'how long an idle one is kept'),
  sessionSeconds: setting(
    'MLE_SMITH_SESSION_SECONDS',
    whole(60, 14_400).default(3_600),
    'how long the one pod that runs the programs of a solver lives at most; a solver that goes on gets another one',
  ),
  imagePullSecrets: setting('MLE_SMITH_IMAGE_PULL_SECRETS', list.default([]), 'secrets of both namespaces that pull the image, with commas between'),
  networkEnforced: setting(
    'MLE_SMITH_NETWORK_ENFORCED',
    yesOrNo.default(false),
    'somebody has seen that the cluster enforces NetworkPolicy; verdicts tell of the doubt where not',
  ),
} as const;

/** What ingest reads besides: places that it watches itself. */
export const SCAN_SETTINGS = {
  scanPrefixes: setting(
    'MLE_SMITH_SCAN_PREFIXES',
    list.pipe(z.array(prefix)).default([]),
    'prefixes whose folders are datasets, each taken by itself once it is complete; `s3://bucket/prefix/`, with commas between, of buckets in MLE_SMITH_SOURCE_BUCKETS',
  ),
  scanSeconds: setting('MLE_SMITH_SCAN_SECONDS', whole(1, 86_400).default(60), 'how often they are listed'),
  scanQuietSeconds: setting('MLE_SMITH_SCAN_QUIET_SECONDS', whole(0, 604_800).default(300), 'a folder is complete when its listings stayed equal for so long'),
  scanMarker: setting(
    'MLE_SMITH_SCAN_MARKER',
    text.optional(),
    'a file that says that a folder is complete, `_SUCCESS` say; folders without it then wait for it',
  ),
} as const;

/** What a station that thinks reads besides. */
export const MODEL_SETTINGS = {
  engine: setting('MLE_SMITH_ENGINE', z.enum(['rules', 'llm']).default('rules'), 'what thinks in brainstorm, design, refactor, review and the solver'),
  modelUrl: setting('MLE_SMITH_MODEL_URL', text.optional(), 'the endpoint of models, up to and without /chat/completions'),
  model: setting(
    'MLE_SMITH_MODEL',
    list.default([]),
    'the model by the name that the endpoint knows; AGENT=NAME besides, with commas between, for agents with another one: large,judges=small',
  ),
  replyTokens: setting('MLE_SMITH_REPLY_TOKENS', whole(256, 1_000_000).optional(), 'most tokens of one reply, as --reply-tokens of the command line'),
  modelHosts: setting('MLE_SMITH_MODEL_HOSTS', list.optional(), 'hosts that models may be asked at, with commas between; any where it is not set'),
  apiKey: setting('MLE_SMITH_API_KEY', text.optional(), 'the key of the endpoint', { secret: true }),
  headers: setting(
    'MLE_SMITH_HEADERS',
    z
      .string()
      .default('')
      .transform((lines) => lines.split(/\r?\n/).filter((line) => line.trim() !== ''))
      .pipe(z.array(z.string().regex(/^[!#$%&'*+.^_`|~\w-]+:/, 'a header reads `Name: value`, one a line')))
      .transform((lines) => Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))),
    'further headers of every request to the endpoint, one `Name: value` a line',
    { secret: true },
  ),
  httpProxy: setting('HTTP_PROXY', text.optional(), 'a proxy in front of an http:// endpoint', { secret: true }),
  httpsProxy: setting('HTTPS_PROXY', text.optional(), 'a proxy in front of an https:// endpoint', { secret: true }),
  noProxy: setting('NO_PROXY', text.optional(), 'hosts that are asked without a proxy, with commas between'),
  callTimeout: setting('MLE_SMITH_CALL_TIMEOUT', whole(1, 86_400).optional(), 'longest that one call may take, seconds; 600 by default'),
  allowHttp: setting('MLE_SMITH_ALLOW_HTTP', yesOrNo.default(false), 'take an http:// endpoint on another machine'),
  calls: setting('MLE_SMITH_CALLS', whole(1, 256).default(16), 'model calls of one replica at the same time'),
  prices: setting('MLE_SMITH_PRICES', text.optional(), 'a JSON file: model → dollars for a million tokens {input, output}'),
  budget: setting(
    'MLE_SMITH_BUDGET',
    list.default([]),
    'most that calls of all replicas may take, as --budget of the command line, with commas between; the same for all stations',
  ),
  fallback: setting('MLE_SMITH_FALLBACK', z.enum(['rules']).optional(), 'what thinks where the model, its endpoint or its budget is of no use'),
} as const;

/** What the gateway reads besides. */
export const GATEWAY_SETTINGS = {
  apiKeysFile: setting('MLE_SMITH_API_KEYS_FILE', text, 'the file of keys; `mle-smith api-key new` makes its lines'),
  uploadMb: setting('MLE_SMITH_UPLOAD_MB', whole(1, 1_000_000).default(512), 'the largest file that is taken, MiB'),
  proxies: setting('MLE_SMITH_PROXIES', whole(0, 10).default(0), 'proxies in front whose word about addresses counts'),
} as const;

/** All that the gateway reads. */
export const GATEWAY_SERVICE_SETTINGS = { ...SERVER_SETTINGS, ...PROCESS_SETTINGS, ...DATA_SETTINGS, ...GATEWAY_SETTINGS } as const;
export type GatewayServiceConfig = ConfigOf<typeof GATEWAY_SERVICE_SETTINGS>;

/** All that a station reads. */
export const STATION_SERVICE_SETTINGS = {
  ...SERVER_SETTINGS,
  ...PROCESS_SETTINGS,
  ...DATA_SETTINGS,
  ...STATION_SETTINGS,
  ...POD_SETTINGS,
  ...SCAN_SETTINGS,
  ...MODEL_SETTINGS,
} as const;
export type StationServiceConfig = ConfigOf<typeof STATION_SERVICE_SETTINGS>;

export type Settings = Readonly<Record<string, Setting>>;
export type ConfigOf<Table extends Settings> = { readonly [Name in keyof Table]: z.output<Table[Name]['shape']> };
