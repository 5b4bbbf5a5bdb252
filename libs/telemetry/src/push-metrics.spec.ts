import { collectedName } from './collected-name.ts';
import { metricsIn, runChild, startCollector, until, type Child } from './testing/index.ts';

/** Records each metric of the table once, whoever records it otherwise. */
const RECORDS_ALL = `
  import { ServiceMetrics, SERVICE_METRICS } from '@mle-smith/telemetry';
  const metrics = new ServiceMetrics();
  for (const [name, { kind, labels: limits }] of Object.entries(SERVICE_METRICS)) {
    const labels = Object.fromEntries(Object.entries(limits).map(([label, { values: [first] = ['one'] }]) => [label, first]));
    if (kind === 'counter') metrics.count(name, labels);
    else if (kind === 'histogram') metrics.record(name, 1, labels);
    else if (kind === 'gauge') metrics.set(name, 1, labels);
    else metrics.observe(name, () => [{ value: 1, labels }]);
  }
  setInterval(() => undefined, 60_000);
`;
const PUSHES = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '1000' };
/** What a scrape adds by itself. */
const ADDED = ['target_info'];

describe('metrics that are sent beside /metrics', () => {
  it('have the same names there as on the page, but for the one that conventions give no unit', async () => {
    const collector = await startCollector();
    const child = runChild(RECORDS_ALL, { ...PUSHES, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const sent = await until('metrics', () => collector.metrics.map(metricsIn).find((metrics) => metrics.some(({ name }) => name === 'mlesmith_tasks')));
    const scraped = namesOn(await pageOf(child));
    child.kill();
    await child.exited;
    await collector.close();

    const collected = sent.map(collectedName).sort();
    expect(collected.length).toBeGreaterThan(60);
    expect(collected.filter((name) => !scraped.includes(name))).toEqual(['gen_ai_client_operation_duration_seconds']);
    expect(scraped.filter((name) => !collected.includes(name))).toEqual(['gen_ai_client_operation_duration']);
  });

  it('are not sent where nobody asked for it', async () => {
    const collector = await startCollector();
    const child = runChild(`import { stopTelemetry } from '@mle-smith/telemetry'; await stopTelemetry(); process.exit(0);`, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    });
    await child.exited;
    await collector.close();

    expect(collector.metrics).toEqual([]);
  });

  it('are sent once more at the end', async () => {
    const collector = await startCollector();
    const child = runChild(`import { stopTelemetry } from '@mle-smith/telemetry'; await stopTelemetry(); process.exit(0);`, {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await child.exited;
    await collector.close();

    expect(collector.metrics.flatMap(metricsIn).map(({ name }) => name)).toContain('mlesmith_build_info');
  });

  it('cost nothing but one warning where the collector is dead', async () => {
    const nobody = await startCollector();
    await nobody.close();
    const child = runChild(`setInterval(() => undefined, 60_000);`, { ...PUSHES, OTEL_EXPORTER_OTLP_ENDPOINT: nobody.url });
    const failures = async (): Promise<number> =>
      Number(/^mlesmith_telemetry_warnings_total\{code="telemetry.export_failed"\} (\d+)$/m.exec(await pageOf(child))?.[1] ?? 0);
    await until('three deliveries that fail', async () => (await failures()) >= 3);
    const told = child.lines().filter(({ level }) => level !== 'info');
    child.kill();
    await child.exited;

    expect(told.map(({ code }) => code)).toEqual(['telemetry.export_failed']);
    expect(told[0]?.['data']).toMatchObject({ of: 'metrics' });
  });

  it('are sent again where a collector answers byte by byte and never ends', async () => {
    const collector = await startCollector('drips');
    const child = runChild(`setInterval(() => undefined, 60_000);`, { ...PUSHES, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    try {
      await until('a third delivery', () => collector.metrics.length >= 3, 15_000);
    } finally {
      child.kill();
      await child.exited;
      await collector.close();
    }
  });

  it.each([
    ['headers', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hunter2token' }, ''],
    ['the address', {}, 'mle:hunter2token@'],
  ])('give nobody the secret of %s who reads the log, also where a collector quotes it', async (_, env, user) => {
    const collector = await startCollector('quotes');
    const endpoint = collector.url.replace('//', `//${user}`);
    const child = runChild(`setInterval(() => undefined, 60_000);`, { ...PUSHES, ...env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    await until('a warning', () => child.lines().some(({ code }) => code === 'telemetry.export_failed'));
    child.kill();
    await child.exited;
    await collector.close();

    expect(child.output()).toContain('[redacted]');
    expect(child.output()).not.toMatch(new RegExp(`hunter2token|${Buffer.from('mle:hunter2token').toString('base64')}`));
  });

  it('need a collector that is named', async () => {
    const child = runChild(`console.log('still here')`, { OTEL_METRICS_EXPORTER: 'otlp' });
    await child.exited;

    expect(child.output()).toContain('still here');
    expect(child.lines().map(({ code }) => code)).toEqual(['telemetry.config_invalid']);
    expect(child.output()).toContain('otlp needs OTEL_EXPORTER_OTLP_ENDPOINT');
  });
});

async function pageOf(child: Child): Promise<string> {
  const { data } = await until('telemetry.started', () => child.lines().find(({ code }) => code === 'telemetry.started'));
  return (await fetch(`http://127.0.0.1:${(data as { metricsPort: number }).metricsPort}/metrics`)).text();
}

function namesOn(page: string): string[] {
  return [...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name).filter((name) => !ADDED.includes(name));
}
