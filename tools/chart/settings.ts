import { GATEWAY_SERVICE_SETTINGS, STATION_SERVICE_SETTINGS, type Settings } from '@mle-smith/service/settings';
import { TelemetryEnvironment } from '@mle-smith/telemetry';
import { z } from 'zod';
import { optional, type Fields } from './table.ts';
import { settingText } from './shapes.ts';

/** Settings that the chart sets itself, from values of their own or since its objects depend on them. */
export const SET_BY_CHART: readonly string[] = [
  'MONGODB_URI',
  'S3_ENDPOINT',
  'AWS_REGION',
  'S3_BUCKET',
  'S3_PREFIX',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'KAFKA_BROKERS',
  'KAFKA_TLS',
  'KAFKA_CA_FILE',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_USERNAME',
  'KAFKA_PASSWORD',
  'KAFKA_TOPIC_PREFIX',
  'MLE_SMITH_HOST',
  'MLE_SMITH_PORT',
  'MLE_SMITH_INSTANCE',
  'MLE_SMITH_SHUTDOWN_SECONDS',
  'MLE_SMITH_WORK_DIRECTORY',
  'MLE_SMITH_API_KEYS_FILE',
  'MLE_SMITH_PYTHON',
  'MLE_SMITH_JOB_RUNNER',
  'MLE_SMITH_ALLOW_UNSANDBOXED',
  'MLE_SMITH_INSTALLATION',
  'MLE_SMITH_POD_SECRET',
  'KUBECONFIG',
  'MLE_SMITH_SOLVE_NAMESPACE',
  'MLE_SMITH_GRADE_NAMESPACE',
  'MLE_SMITH_RUNTIME_IMAGE',
  'MLE_SMITH_RUNTIME_CLASS',
  'MLE_SMITH_POD_PROFILES_FILE',
  'MLE_SMITH_POD_PROFILES',
  'MLE_SMITH_IMAGE_PULL_SECRETS',
  'MLE_SMITH_NETWORK_ENFORCED',
  'MLE_SMITH_API_KEY',
  'MLE_SMITH_HEADERS',
  'MLE_SMITH_PRICES',
  'MLE_SMITH_METRICS_HOST',
  'MLE_SMITH_METRICS_PORT',
  'OTEL_SERVICE_NAME',
];

/** Every setting of services (docs/reference/configuration.md) by its variable. */
export function allSettings(): ReadonlyMap<string, { readonly help: string; readonly shape: z.ZodType }> {
  const tables: readonly Settings[] = [STATION_SERVICE_SETTINGS, GATEWAY_SERVICE_SETTINGS];
  return new Map([
    ...tables.flatMap((table) => Object.values(table).map(({ variable, help, shape }) => [variable, { help, shape }] as const)),
    ...Object.entries(TelemetryEnvironment.shape).map(([variable, shape]) => [variable, { help: shape.description ?? '', shape }] as const),
  ]);
}

/** The settings that values may hold, each by its own name; with a help of their own where it is not said once for all. */
export function settingFields(help?: string): Fields {
  return Object.fromEntries([...freeSettings()].map(([variable, { help: own, shape }]) => [variable, optional(textOf(shape), help ?? own)]));
}

/** files/numbers.json of the chart: between what the numbers among settings must lie, which a schema of texts cannot say. */
export function numbersOfChart(): string {
  const bounds = [...freeSettings()].flatMap(([variable, { shape }]) => {
    const { type, minimum: least, maximum: most } = schemaOf(shape, 'output');
    return (type === 'integer' || type === 'number') && least !== undefined && most !== undefined ? [[variable, { least, most }] as const] : [];
  });
  return `${JSON.stringify(Object.fromEntries(bounds), undefined, 2)}\n`;
}

function freeSettings() {
  return [...allSettings()].filter(([variable]) => !SET_BY_CHART.includes(variable));
}

/** The texts that a setting takes, as far as its shape tells; an empty one counts as not set. */
function textOf(shape: z.ZodType): z.ZodType {
  const { enum: words, format } = schemaOf(shape, 'input');
  if (words !== undefined) return z.enum([...(words as string[]), '']);
  if (format === 'uri') return z.string().regex(/^(https?:\/\/\S+)?$/);
  const { type } = schemaOf(shape, 'output');
  if (type === 'integer') return z.string().regex(/^\d*$/);
  if (type === 'number') return z.string().regex(/^(\d+(\.\d+)?)?$/);
  return settingText;
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output') {
  return z.toJSONSchema(shape, { io, unrepresentable: 'any' });
}
