import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { collectorSecrets } from './collector-secrets.ts';

/** The environment that telemetry reads; services take this shape into their own, so that its faults are told with the others. */
export const TelemetryEnvironment = z.object({
  MLE_SMITH_METRICS_HOST: z
    .string()
    .min(1)
    .default('0.0.0.0')
    .describe('address on which /metrics listens; 0.0.0.0 so that a scraper on another machine reaches it'),
  MLE_SMITH_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(9464).describe('port of /metrics; 0 takes a free one'),
  MLE_SMITH_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal']).default('info').describe('lines below this level are not written'),
  MLE_SMITH_COMMIT: z.string().default('unknown').describe('commit that the build was made from'),
  MLE_SMITH_INSTANCE: z.string().min(1).optional().describe('name of this replica; the host by default'),
  OTEL_SERVICE_NAME: z.string().min(1).optional().describe('name of the service; default `mle-smith-` and the folder of the app'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'an address with http:// or https:// is needed' })
    .optional()
    .describe('base URL of an OTLP collector (http/protobuf); without it no span is made'),
  OTEL_METRICS_EXPORTER: z
    .enum(['prometheus', 'otlp'])
    .default('prometheus')
    .describe('`otlp` sends metrics to the collector besides; /metrics is there with either'),
  OTEL_METRIC_EXPORT_INTERVAL: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('how often metrics are sent, ms; only with OTEL_METRICS_EXPORTER=otlp'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1).describe('part of the tasks that are traced, from 0 to 1'),
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false').describe('`true` switches metrics and traces off'),
});
export type TelemetryEnvironment = z.infer<typeof TelemetryEnvironment>;

const CheckedEnvironment = TelemetryEnvironment.superRefine(({ OTEL_METRICS_EXPORTER: exporter, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, { addIssue }) => {
  if (exporter === 'otlp' && endpoint === undefined)
    addIssue({ code: 'custom', path: ['OTEL_METRICS_EXPORTER'], message: 'otlp needs OTEL_EXPORTER_OTLP_ENDPOINT: there is no collector to send metrics to' });
});

/** What telemetry runs with. */
export interface TelemetryConfig {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  readonly instance: string;
  readonly logLevel: TelemetryEnvironment['MLE_SMITH_LOG_LEVEL'];
  readonly enabled: boolean;
  /** `push` where metrics are sent to a collector besides, so often. */
  readonly metrics: { readonly host: string; readonly port: number; readonly push?: { readonly endpoint: string; readonly everyMs: number } };
  readonly traces: { readonly endpoint: string | undefined; readonly ratio: number };
  /** What must never be told. */
  readonly secrets: readonly string[];
}

/** The configuration of the process that runs this main file. Throws `ZodError` with every fault at once. */
export function telemetryConfig(env: Readonly<Record<string, string | undefined>> = process.env, main: string = process.argv[1] ?? ''): TelemetryConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = CheckedEnvironment.parse(given);
  const app = manifestAbove(main);
  const endpoint = parsed.OTEL_EXPORTER_OTLP_ENDPOINT;
  const push = parsed.OTEL_METRICS_EXPORTER === 'otlp' && endpoint !== undefined ? { push: { endpoint, everyMs: parsed.OTEL_METRIC_EXPORT_INTERVAL } } : {};
  return {
    service: parsed.OTEL_SERVICE_NAME ?? `mle-smith-${app.name.replace(/^@[^/]*\//, '')}`,
    version: app.version,
    commit: parsed.MLE_SMITH_COMMIT,
    instance: parsed.MLE_SMITH_INSTANCE ?? hostname(),
    logLevel: parsed.MLE_SMITH_LOG_LEVEL,
    enabled: parsed.OTEL_SDK_DISABLED === 'false',
    metrics: { host: parsed.MLE_SMITH_METRICS_HOST, port: parsed.MLE_SMITH_METRICS_PORT, ...push },
    traces: { endpoint, ratio: parsed.OTEL_TRACES_SAMPLER_ARG },
    secrets: collectorSecrets(given),
  };
}

/** Name and version of the package that a file belongs to. */
function manifestAbove(file: string): { readonly name: string; readonly version: string } {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name = 'unknown', version = '0.0.0' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
      return { name, version };
    } catch {
      // Not here: look one folder up.
    }
  }
  return { name: 'unknown', version: '0.0.0' };
}
