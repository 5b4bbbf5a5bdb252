import { describeServers } from '@mle-smith/tools/testbed';
import { runChild, spansIn, startCollector } from './testing/index.ts';

/** A station that does one attempt on servers, until its news are told. */
const ONE_ATTEMPT = `
  import { applyTopics, KafkaConnection, KafkaEventBus } from '@mle-smith/adapter-kafka';
  import { migrate, MongoState } from '@mle-smith/adapter-mongo';
  import { newSubject, StationRun } from '@mle-smith/stage-runtime';
  import { inject, stopTelemetry, within, withAttempt, withSpan } from '@mle-smith/telemetry';
  const name = 'spans-' + process.pid;
  const connection = KafkaConnection.parse({ brokers: [process.env.KAFKA_BROKERS] });
  await applyTopics(connection, { prefix: name + '.', facts: ['task.proposed', 'task.designed', 'task.returned'] });
  await migrate(process.env.MONGODB_URI);
  const state = await MongoState.open(process.env.MONGODB_URI);
  const bus = new KafkaEventBus({ connection, group: name, topicPrefix: name + '.', version: '0', trace: within, onCrash: (error) => { throw error; } });
  await state.tasks.insert(newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed' }, Date.now() + 3_600_000));
  const design = async () => ({ kind: 'advanced', documents: {} });
  const tracing = {
    attempt: (item, cause, work) => withAttempt(item, cause, work),
    transition: ({ to }, write) => withSpan('transition', { 'mlesmith.to': to }, write),
    current: inject,
  };
  const run = new StationRun({ store: state.tasks, bus, stages: ['design'], handlers: { design }, owner: name, workers: 1, context: {}, tracing });
  await bus.start();
  const running = run.start();
  while (await state.tasks.get('t').then(({ state: at, outbox }) => at !== 'task.designed' || outbox.length > 0)) await new Promise((resolve) => setTimeout(resolve, 20));
  await run.drain();
  await running;
  await bus.close();
  await state.close();
  await stopTelemetry();
  process.exit(0);
`;

await describeServers('an attempt on servers', ['kafka', 'mongo'], ([kafka, mongo]) => {
  it('has what it did at the database and what it told on the bus below its span', async () => {
    const collector = await startCollector();
    const uri = new URL(mongo?.address ?? '');
    uri.pathname = `/spans-${process.pid}`;
    const child = runChild(ONE_ATTEMPT, { KAFKA_BROKERS: kafka?.address ?? '', MONGODB_URI: uri.href, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

    const code = await child.exited;
    await collector.close();

    expect([code, child.output()]).toEqual([0, expect.not.stringContaining('Error')]);
    const spans = collector.bodies.flatMap(spansIn);
    const attempts = spans.filter(({ name }) => name === 'design');
    const below = spans.filter(({ parentId }) => parentId === attempts[0]?.spanId).map(({ name }) => name);
    expect(attempts).toEqual([expect.objectContaining({ parentId: '' })]);
    const transition = spans.find(({ name, parentId }) => name === 'transition task.designed' && parentId === attempts[0]?.spanId);
    expect(spans.filter(({ parentId }) => parentId === transition?.spanId).map(({ name }) => name)).toEqual(['findOneAndUpdate subjects']);
    expect(below).toContain(`send spans-${child.pid}.task.designed`);
    // What a worker asks for outside of attempts is not traced.
    expect(spans.filter(({ name, parentId }) => / (subjects|meta|history)$/.test(name) && parentId === '')).toEqual([]);
  });
});
