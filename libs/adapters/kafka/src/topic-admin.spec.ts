import { readFile } from 'node:fs/promises';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import { KafkaConnection } from './connection.ts';
import { KafkaBench, news } from './testing/kafka-bench.ts';
import { applyTopics, checkTopics, withAdmin } from './topic-admin.ts';
import { FACTS } from '@mle-smith/contracts';
import { topicOf } from './topics.ts';

const FACT = 'task.proposed';

describe('the topics', () => {
  it('are one for each fact of the pipeline', () => {
    expect(FACTS).toEqual(expect.arrayContaining(['dataset.registered', 'task.proposed', 'task.designed', 'task.returned', 'task.abandoned', 'task.verified']));
    expect(topicOf('task.designed')).toBe('mle-smith.task.designed');
  });
});

await describeServer('the topics on a broker', 'kafka', (server) => {
  const fresh = (): KafkaBench => new KafkaBench(server.address);

  it('are created once, and told where they differ', async () => {
    const { connection, prefix } = fresh();
    const options = { prefix, facts: [FACT, 'task.designed'] };
    const topic = topicOf(FACT, prefix);
    const made = { topic, numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '1000' }] };
    await withAdmin(connection, async (admin) => {
      // To kafkajs a broker that has not heard of a new topic yet is a fault.
      await admin.createTopics({ waitForLeaders: false, topics: [made] });
      const led = async (): Promise<boolean> =>
        (await admin.listTopics()).includes(topic) &&
        (await admin.fetchTopicMetadata({ topics: [topic] })).topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
      expect(await waitFor(() => led().catch(() => false), 20_000)).toBe(true);
    });

    const before = await checkTopics(connection, options);
    const [applied, twice] = await Promise.all([applyTopics(connection, options), applyTopics(connection, options)]);
    const after = await checkTopics(connection, options);

    expect(before.missing).toEqual([topicOf('task.designed', prefix), `${prefix}dead-letters`]);
    expect(applied.missing).toEqual([]);
    expect(twice.missing).toEqual([]);
    expect(after.drift.map(({ topic: of, what, actual }) => [of, what, actual])).toEqual(
      expect.arrayContaining([
        [topic, 'partitions', '3'],
        [topic, 'retention.ms', '1000'],
      ]),
    );
    expect(after.drift.every((one) => one.topic === topic)).toBe(true);
  });

  it('never appear by themselves: who needs one is told the command', async () => {
    const bench = fresh();
    const bus = bench.bus();
    bus.subscribe(FACT, async () => undefined);

    const started = await bus.start().catch((error: unknown) => error);
    const published = await bus.publish(FACT, 't', news(FACT, 't')).catch((error: unknown) => error);
    const topics = await withAdmin(bench.connection, (admin) => admin.listTopics());
    await bench.close();

    expect(started).toMatchObject({
      code: 'bus_topic_missing',
      message: expect.stringContaining(`mle-smith topics apply --brokers ${server.address} --topic-prefix ${bench.prefix}`),
    });
    expect(started).toMatchObject({ message: expect.stringContaining(topicOf(FACT, bench.prefix)) });
    expect(published).toMatchObject({ code: 'bus_topic_missing' });
    expect(topics.filter((topic) => topic.startsWith(bench.prefix))).toEqual([]);
  });

  it('are reached over TLS with SCRAM and with PLAIN, and not with a wrong password', async () => {
    const { secure, certificate } = server.details;
    if (secure === undefined || certificate === undefined) return;
    const ca = await readFile(certificate, 'utf8');
    const { prefix } = fresh();
    const as = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string) =>
      KafkaConnection.parse({ brokers: [secure], tls: { ca }, sasl: { mechanism, username: 'admin', password } });

    const applied = await applyTopics(as('scram-sha-256', server.details['password-admin'] ?? ''), { prefix, facts: [FACT] });
    const checked = await checkTopics(as('plain', server.details['password-admin'] ?? ''), { prefix, facts: [FACT] });
    const refused = await checkTopics(as('plain', 'wrong'), { prefix, facts: [FACT] }).catch((error: unknown) => error);
    const otherWay = await checkTopics(as('scram-sha-512', 'wrong'), { prefix, facts: [FACT] }).catch((error: unknown) => error);
    const bus = fresh().bus({ connection: as('scram-sha-256', 'wrong') });
    bus.subscribe(FACT, async () => undefined);
    const heard = await bus.start().catch((error: unknown) => error);
    await bus.close();

    expect(applied.created).toHaveLength(2);
    expect(checked.missing).toEqual([]);
    expect(refused).toMatchObject({ code: 'bus_denied', message: expect.stringContaining('KAFKA_PASSWORD') as string });
    expect(otherWay).toMatchObject({ code: 'bus_denied', message: expect.stringContaining('KAFKA_SASL_MECHANISM') as string });
    expect(heard).toMatchObject({ code: 'bus_denied' });
  });
});

describe('a broker that is not there', () => {
  it('is a named error with its address', async () => {
    const bench = new KafkaBench('127.0.0.1:1');
    const bus = bench.bus({ startMs: 300 });
    bus.subscribe(FACT, async () => undefined);

    const started = await bus.start().catch((error: unknown) => error);
    await bench.close();

    expect(started).toMatchObject({ code: 'bus_unreachable', message: expect.stringContaining('127.0.0.1:1') });
  });
});
