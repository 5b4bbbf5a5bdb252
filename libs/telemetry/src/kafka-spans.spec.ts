import { describeServer } from '@mle-smith/tools/testbed';
import { runChild, startCollector } from './testing/index.ts';

/** Sends a message within an attempt and waits until it is handled. */
const PRODUCE_AND_CONSUME = `
  import { setTimeout as rest } from 'node:timers/promises';
  import kafkajs from 'kafkajs';
  import { extract, stopTelemetry, withAttempt } from '@mle-smith/telemetry';
  const [brokers, name] = [process.env.KAFKA_BROKERS.split(','), 'telemetry-' + process.pid];
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: false });
  // To kafkajs a broker that has not heard of a new topic yet is a fault.
  const led = async () => (await admin.listTopics()).includes(name) && (await admin.fetchTopicMetadata({ topics: [name] })).topics[0].partitions[0].leader >= 0;
  while (!(await led().catch(() => false))) await rest(50);
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: name, maxWaitTimeInMs: 200 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: name, fromBeginning: true });
  const handled = new Promise((resolve) => consumer.run({ eachMessage: async ({ message }) => resolve(extract(message.headers)) }));
  const attempt = { stage: 'design', kind: 'task', id: 'task-1', datasetId: 'dataset-1', generation: 1, attempt: 1 };
  await withAttempt(attempt, {}, () => producer.send({ topic: name, messages: [{ key: 'task-1', value: '{}' }] }));
  console.log(JSON.stringify({ headers: await handled }));
  await consumer.disconnect();
  await Promise.all([producer.disconnect(), admin.deleteTopics({ topics: [name] })]);
  await admin.disconnect();
  await stopTelemetry();
  process.exit(0);
`;

await describeServer('kafkajs under telemetry', 'kafka', (server) => {
  it('makes a span of a produced and of a consumed message, and carries the trace and its first span in the headers', async () => {
    const collector = await startCollector();

    const child = runChild(PRODUCE_AND_CONSUME, { KAFKA_BROKERS: server.address, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const code = await child.exited;
    await collector.close();

    const { headers } = (child.lines().find((line) => 'headers' in line) ?? {}) as { headers?: { traceparent?: string; tracestate?: string } };
    expect(child.output()).not.toContain('Error');
    expect(code).toBe(0);
    expect(headers?.traceparent).toMatch(/^00-/);
    expect(headers?.tracestate).toContain('mlesmith=');
    expect(collector.has(`send telemetry-${child.pid}`)).toBe(true);
    expect(collector.has(`process telemetry-${child.pid}`)).toBe(true);
    expect(collector.has('design')).toBe(true);
  });
});
