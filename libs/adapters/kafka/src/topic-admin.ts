import { setTimeout as rest } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { createClient, type KafkaConnection } from './connection.ts';
import { connectError } from './errors.ts';
import { within } from './deadline.ts';
import { declaredTopics, TOPIC_PREFIX, type TopicDeclaration } from './topics.ts';

const ANSWER_MS = 30_000;

/** Where a topic is not as it has to be. */
export interface TopicDrift {
  readonly topic: string;
  /** `partitions`, `replication` or the name of a setting. */
  readonly what: string;
  readonly declared: string;
  readonly actual: string;
}

export interface TopicReport {
  /** Topics that have to be there. */
  readonly declared: readonly string[];
  readonly created: readonly string[];
  readonly missing: readonly string[];
  readonly drift: readonly TopicDrift[];
}

export interface TopicOptions {
  readonly prefix?: string;
  readonly facts?: readonly string[];
  /** Copies of each topic; as many as there are brokers, at most 3, by default. */
  readonly replication?: number;
}

/** Compares the topics of a cluster with the declared ones. Throws `BrokersUnreachableError` or `BusDeniedError`. */
export function checkTopics(connection: KafkaConnection, options: TopicOptions = {}): Promise<TopicReport> {
  return withAdmin(connection, async (admin) => report(admin, await declared(admin, options), []));
}

/** Creates what is missing and changes nothing that is there; doing it again, or twice at once, does no harm. Throws `BrokersUnreachableError` or `BusDeniedError`. */
export function applyTopics(connection: KafkaConnection, options: TopicOptions = {}): Promise<TopicReport> {
  return withAdmin(connection, async (admin) => {
    const topics = await declared(admin, options);
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !there.has(topic));
    if (missing.length > 0) {
      await admin.createTopics({
        // kafkajs takes a broker that has not heard of a new topic yet for a fault.
        waitForLeaders: false,
        topics: missing.map(({ topic, partitions, replication, settings }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: replication,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        })),
      });
      await leadersOf(admin, missing);
    }
    return report(
      admin,
      topics,
      missing.map(({ topic }) => topic),
    );
  });
}

/** Runs work over an administrator's connection. Throws `BrokersUnreachableError` or `BusDeniedError` where none can be had. */
export async function withAdmin<Result>(connection: KafkaConnection, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = createClient(connection, 'mle-smith-admin', () => undefined).admin();
  try {
    await within(admin.connect(), ANSWER_MS, () => new Error('no answer')).catch((cause: unknown) => {
      throw connectError(connection.brokers, 'connecting', ANSWER_MS, cause);
    });
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Waits until new topics can be written to. */
async function leadersOf(admin: Admin, topics: readonly TopicDeclaration[]): Promise<void> {
  const led = async (): Promise<boolean> => {
    const there = new Set(await admin.listTopics());
    if (topics.some(({ topic }) => !there.has(topic))) return false;
    const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
    return metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  };
  const end = performance.now() + ANSWER_MS;
  while (!(await led().catch(() => false)) && performance.now() < end) await rest(100);
}

async function declared(admin: Admin, { prefix = TOPIC_PREFIX, facts, replication }: TopicOptions): Promise<readonly TopicDeclaration[]> {
  return declaredTopics(replication ?? Math.min(3, (await admin.describeCluster()).brokers.length), prefix, facts);
}

async function report(admin: Admin, topics: readonly TopicDeclaration[], created: readonly string[]): Promise<TopicReport> {
  // Asked for by name, a broker might create what is missing.
  const there = new Set(await admin.listTopics());
  const present = topics.filter(({ topic }) => there.has(topic));
  return {
    declared: topics.map(({ topic }) => topic),
    created,
    missing: topics.filter(({ topic }) => !there.has(topic)).map(({ topic }) => topic),
    drift: present.length === 0 ? [] : await drift(admin, present),
  };
}

async function drift(admin: Admin, topics: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ topic }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic })),
  });
  return topics.flatMap(({ topic, partitions, replication, settings }) => {
    const actual = metadata.topics.find(({ name }) => name === topic)?.partitions ?? [];
    const entries = new Map(resources.find(({ resourceName }) => resourceName === topic)?.configEntries.map((entry) => [entry.configName, entry.configValue]));
    const copies = Math.min(...actual.map(({ replicas }) => replicas.length));
    const rows: [string, string, string, boolean][] = [
      // More partitions are a step that an operator may take.
      ['partitions', String(partitions), String(actual.length), actual.length >= partitions],
      ['replication', String(replication), String(copies), copies >= replication],
      ...Object.entries(settings).map(([name, value]): [string, string, string, boolean] => [
        name,
        value,
        entries.get(name) ?? '',
        entries.get(name) === value,
      ]),
    ];
    return rows.filter(([, , , fits]) => !fits).map(([what, wanted, found]) => ({ topic, what, declared: wanted, actual: found }));
  });
}
