import { runChild, startCollector, until, type Child, type Collector, type CollectorManner } from './testing/index.ts';

/** A service in small: one route, a request to itself, and then it stays. */
const EXPRESS = `
  import express from 'express';
  const app = express();
  app.get('/tasks/:id', (request, response) => response.json({ id: request.params.id }));
  app.post('/tasks/:id', (request, response) => response.json({ id: request.params.id }));
  app.get('/healthz', (request, response) => response.json({}));
  const server = app.listen(0, '127.0.0.1', async () => {
    const base = 'http://127.0.0.1:' + server.address().port;
    await fetch(base + '/healthz?probe');
    await fetch(base + '/tasks/6');
    await fetch(base + '/tasks/7', { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } });
    await fetch(base + '/tasks/8?key=planted-secret', { method: 'POST' });
    console.log('asked');
  });
`;

async function metricsOf(child: Child): Promise<string> {
  const port = await until('telemetry.started', () => child.lines().find((line) => line['code'] === 'telemetry.started'));
  return (await fetch(`http://127.0.0.1:${(port['data'] as { metricsPort: number }).metricsPort}/metrics`)).text();
}

describe('node --import of start.ts', () => {
  let collector: Collector;
  let child: Child;

  beforeAll(async () => {
    collector = await startCollector();
    child = runChild(EXPRESS, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'mle-smith-example' });
    await until('the spans of the requests', () => child.output().includes('asked') && collector.has('POST /tasks/:id'));
  });

  afterAll(async () => {
    child.kill();
    await child.exited;
    await collector.close();
  });

  it('makes a span of a request with its route, though express is imported and not required', () => {
    expect(collector.has('POST /tasks/:id')).toBe(true);
  });

  it('makes a span of a request that only reads where its caller traces it, and of no other', () => {
    expect(collector.has('/tasks/7')).toBe(true);
    expect(collector.has('/tasks/6')).toBe(false);
  });

  it('makes no span of a health check', () => {
    expect(collector.has('/healthz')).toBe(false);
  });

  it('sends no query of a request, since keys travel there', () => {
    expect(collector.has('/tasks/8')).toBe(true);
    expect(collector.has('planted-secret')).toBe(false);
  });

  it('says who it is, and tells neither command line nor user', async () => {
    const page = await metricsOf(child);

    expect(page).toMatch(/target_info\{[^}]*service_name="mle-smith-example"/);
    expect(page).not.toMatch(/command_args|process_owner/);
  });

  it('serves the duration of requests under one name and with bounded labels', async () => {
    const page = await until('the histogram', async () => {
      const text = await metricsOf(child);
      return text.includes('http_server_request_duration_seconds_count') && text;
    });

    expect(page).toContain('http_server_request_duration_seconds_count{http_request_method="GET",http_route="/tasks/:id",http_response_status_code="200"} 2');
  });

  it('wraps kafkajs and mongoose too', async () => {
    const other = runChild(
      `import { Kafka } from 'kafkajs'; import mongoose from 'mongoose';
       console.log('wrapped', Kafka.prototype.producer.__wrapped, mongoose.Model.prototype.save.__wrapped); process.exit(0);`,
      {},
    );

    expect(await other.exited).toBe(0);
    expect(other.output()).toContain('wrapped true true');
  });
});

describe('telemetry that cannot work', () => {
  const WORK = `
    import { withSpan, stopTelemetry } from '@mle-smith/telemetry';
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    setFlagsFromString('--expose-gc');
    const rounds = [];
    for (let round = 0; round < 200; round += 1) {
      const began = performance.now();
      for (let one = 0; one < 400; one += 1) await withSpan('job', { 'mlesmith.job.name': String(Math.random()).repeat(50) }, async () => undefined);
      rounds.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    runInNewContext('gc')();
    const heapMb = process.memoryUsage().heapUsed / 1e6;
    await stopTelemetry(1000);
    // What holds work up does so in every round; another process does in some.
    const usual = rounds.toSorted((one, other) => one - other)[rounds.length / 10];
    console.log(JSON.stringify({ done: true, usual, heapMb }));
    process.exit(0);
  `;

  /** Does the work beside a collector; gives the process and what it measured. */
  async function workBeside(manner: CollectorManner): Promise<{ child: Child; code: number | null; done: Readonly<Record<string, number>> }> {
    const collector = await startCollector(manner);
    const child = runChild(WORK, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const code = await child.exited.finally(() => collector.close());
    return { child, code, done: (child.lines().find((line) => line['done'] === true) ?? {}) as Record<string, number> };
  }

  it.each(['slow', 'refuses', 'hangs'] as const)(
    'does not hold the work up where the collector is of the kind `%s`, keeps its memory bounded, and warns once',
    async (manner) => {
      // At the same time, so that what else the machine does slows both.
      const [{ child, code, done }, { done: undisturbed }] = await Promise.all([workBeside(manner), workBeside('takes')]);

      expect(code).toBe(0);
      expect(done['heapMb']).toBeLessThan(150);
      // What waits is bounded: 80,000 spans of a kilobyte were made.
      expect((done['heapMb'] ?? Infinity) - (undisturbed['heapMb'] ?? 0)).toBeLessThan(50);
      expect((done['usual'] ?? Infinity) / (undisturbed['usual'] ?? 0)).toBeLessThan(3);
      expect(child.lines().filter((line) => line['code'] === 'telemetry.export_failed').length).toBeLessThanOrEqual(1);
      if (manner === 'refuses') expect(child.lines().filter((line) => line['code'] === 'telemetry.export_failed').length).toBe(1);
    },
  );

  it('leaves the service alone where nobody listens at the address of the collector', async () => {
    const child = runChild(WORK, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });

    expect(await child.exited).toBe(0);
    expect(child.lines().some((line) => line['code'] === 'telemetry.export_failed')).toBe(true);
  });

  it('stays off where its configuration is wrong, and lists every fault in one line', async () => {
    const child = runChild(`console.log('still here')`, { MLE_SMITH_METRICS_PORT: 'nine', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' });

    await child.exited;

    const told = child.lines().filter((line) => line['code'] === 'telemetry.config_invalid');
    expect(child.output()).toContain('still here');
    expect(told.length).toBe(1);
    expect(JSON.stringify(told)).toMatch(/MLE_SMITH_METRICS_PORT.*OTEL_EXPORTER_OTLP_ENDPOINT/s);
  });

  it('goes on without /metrics where its port is taken, and says so', async () => {
    const first = runChild(`setInterval(() => undefined, 1000)`, {});
    const started = await until('the first', () => first.lines().find((line) => line['code'] === 'telemetry.started'));
    const port = String((started['data'] as { metricsPort: number }).metricsPort);

    const second = runChild(`setTimeout(() => { console.log('worked'); process.exit(0); }, 300)`, { MLE_SMITH_METRICS_PORT: port });
    const code = await second.exited;
    first.kill();
    await first.exited;

    expect(code).toBe(0);
    expect(second.output()).toContain('worked');
    expect(second.lines().some((line) => line['code'] === 'telemetry.metrics_unreachable')).toBe(true);
  });
});
