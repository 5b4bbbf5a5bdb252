import { decoded } from './address-secrets.ts';

/** Variables that OpenTelemetry reads by itself: `name=value` with commas between, percent-encoded. */
const HEADERS = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'];

/** What a collector knows this process by, which an answer of it may quote: values of headers, and the user of its address. */
export function collectorSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const headers = HEADERS.flatMap((name) => (env[name] ?? '').split(',')).flatMap((pair) => {
    const value = decoded(pair.slice(pair.indexOf('=') + 1).trim());
    // The secret of `Bearer SECRET` may be quoted alone.
    return [value, ...value.split(' ').slice(1)];
  });
  const address = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  const { username = '', password = '' } = URL.canParse(address) ? new URL(address) : {};
  const [user, secret] = [decoded(username), decoded(password)];
  return [...headers, ...(secret === '' ? [] : [secret, `${user}:${secret}`])];
}
