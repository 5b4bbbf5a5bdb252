import { FACTS } from '@mle-smith/contracts';

const DAY_MS = 24 * 3_600_000;

/** Before the name of each topic; another one keeps several installations apart on one cluster. */
export const TOPIC_PREFIX = 'mle-smith.';

/** `task.designed` → `mle-smith.task.designed`. */
export function topicOf(fact: string, prefix: string = TOPIC_PREFIX): string {
  return `${prefix}${fact}`;
}

/** The topic of messages that cannot be used. */
export function deadLetterTopic(prefix: string = TOPIC_PREFIX): string {
  return `${prefix}dead-letters`;
}

/** A topic as it has to be. */
export interface TopicDeclaration {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Topics of these facts and of dead letters. `replication` is the number of copies, at most 3. */
export function declaredTopics(replication: number, prefix: string = TOPIC_PREFIX, facts: readonly string[] = FACTS): readonly TopicDeclaration[] {
  const settings = (retentionMs: number, mostBytes: number): Record<string, string> => ({
    'cleanup.policy': 'delete',
    'compression.type': 'producer',
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(mostBytes),
    'min.insync.replicas': replication >= 3 ? '2' : '1',
  });
  return [
    // Partitions are fixed at creation, because the order of a task's events hangs on them (platform KB-11).
    ...facts.map((fact) => ({ topic: topicOf(fact, prefix), partitions: 12, replication, settings: settings(14 * DAY_MS, 1_048_588) })),
    // One partition, so that the offset is a dead letter's number; room for any message with what is said about it.
    { topic: deadLetterTopic(prefix), partitions: 1, replication, settings: settings(90 * DAY_MS, 2 * 1_048_588) },
  ];
}
