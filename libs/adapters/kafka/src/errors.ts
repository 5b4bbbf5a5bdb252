/** A fault of the bus that a caller or an operator can act on. */
class BusError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No broker answered, or the group has no coordinator, within the time for starting. */
export class BrokersUnreachableError extends BusError {
  constructor(brokers: readonly string[], doing: string, withinMs: number, options?: { cause: unknown }) {
    super(
      'bus_unreachable',
      `Kafka did not answer while ${doing} [brokers=${brokers.join(',')}, withinMs=${withinMs}]; check the address, and on a single node that offsets.topic.replication.factor is 1`,
      options,
    );
  }
}

/** What brokers refuse to a user: the login, or what it wants to do. */
type Refused = 'login' | 'access';

/** What of it an operator has to see to. */
const MENDING: Readonly<Record<Refused, string>> = {
  login: 'check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM, and that the brokers know this user',
  access: 'check the access lists (ACLs) of the user in KAFKA_USERNAME: it needs the topics and the groups whose names begin with KAFKA_TOPIC_PREFIX',
};

/** A broker answered, and does not let this user in, or not do this: trying again changes nothing. */
export class BusDeniedError extends BusError {
  constructor(brokers: readonly string[], doing: string, { what, said }: Refusal, options: { cause: unknown }) {
    super('bus_denied', `Kafka refused the ${what} while ${doing} [brokers=${brokers.join(',')}, reason=${said}]; ${MENDING[what]}`, options);
  }
}

/** The topics of one installation: where they are, and what their names begin with. */
export interface TopicsPlace {
  readonly brokers: readonly string[];
  readonly prefix: string;
}

/** A topic is not there; none appears by itself (platform KB-12). */
export class TopicMissingError extends BusError {
  constructor(topics: readonly string[], { brokers, prefix }: TopicsPlace, options?: { cause: unknown }) {
    super(
      'bus_topic_missing',
      `topics are missing [topics=${topics.join(',')}]; they were looked for with the prefix ${prefix} (KAFKA_TOPIC_PREFIX, --topic-prefix): mend it where the installation has another one, else run: mle-smith topics apply --brokers ${brokers.join(',')} --topic-prefix ${prefix}`,
      options,
    );
  }
}

/** A publication was not acknowledged; it may have been stored nevertheless. */
export class PublishFailedError extends BusError {
  constructor(topic: string, options?: { cause: unknown }) {
    super('bus_publish_failed', `the event was not acknowledged [topic=${topic}]; it stays where it came from and is published again`, options);
  }
}

/** An event is over the size rule and there is no store for what is large (platform KB-13). */
export class EventTooLargeError extends BusError {
  constructor(id: string, bytes: number, limit: number) {
    super(
      'event_too_large',
      `the event is too large to be sent [event=${id}, bytes=${bytes}, limit=${limit}]; leave what is large in the artifact store and name its digest`,
    );
  }
}

/** The consumer ended for good: the process must end too, so that something starts it again (platform KB-3). */
export class ConsumerCrashedError extends BusError {
  constructor(group: string, options: { cause: unknown }) {
    super('bus_consumer_crashed', `the consumer has ended and does not come back by itself [group=${group}]; start the process again`, options);
  }
}

/** A handler did not come back in time; what it waits for belongs into a worker. */
export class HandlerTimeoutError extends BusError {
  constructor(fact: string, limitMs: number) {
    super('bus_handler_timeout', `a handler did not come back in time [fact=${fact}, limitMs=${limitMs}]`);
  }
}

/** Dead letters were asked for that are not there. */
export class DeadLetterMissingError extends BusError {
  constructor(ids: readonly string[]) {
    super('dead_letter_missing', `there are no such dead letters [ids=${ids.join(',')}]; mle-smith dlq list shows those there are`);
  }
}

/** A dead letter that cannot be sent back. */
export class DeadLetterUnfitError extends BusError {
  constructor(id: string, reason: string) {
    super('dead_letter_unfit', `a dead letter cannot be sent back, and none was [id=${id}]: ${reason}; drop it, or name the others`);
  }
}

/** What brokers say to what they do not let a user do, whoever tries it again. */
const DENIED: Readonly<Record<string, Refused>> = {
  SASL_AUTHENTICATION_FAILED: 'login',
  UNSUPPORTED_SASL_MECHANISM: 'login',
  ILLEGAL_SASL_STATE: 'login',
  TOPIC_AUTHORIZATION_FAILED: 'access',
  GROUP_AUTHORIZATION_FAILED: 'access',
  CLUSTER_AUTHORIZATION_FAILED: 'access',
};

/** That brokers refuse a user something, in their words. */
export interface Refusal {
  readonly what: Refused;
  readonly said: string;
}

/** What brokers refuse by an error of kafkajs or its causes; undefined where it says nothing of the kind. */
export function refusalIn(error: unknown): Refusal | undefined {
  for (let next = error; next instanceof Error; next = next.cause) {
    const what = next.name === 'KafkaJSSASLAuthenticationError' ? 'login' : DENIED[String((next as { type?: unknown }).type)];
    if (what !== undefined) return { what, said: next.message };
  }
  return undefined;
}

/** Our own error for what kafkajs threw while it connected or joined: the brokers refused it, or did not answer in time. */
export function connectError(brokers: readonly string[], doing: string, withinMs: number, cause: unknown): BusDeniedError | BrokersUnreachableError {
  const refusal = refusalIn(cause);
  return refusal === undefined ? new BrokersUnreachableError(brokers, doing, withinMs, { cause }) : new BusDeniedError(brokers, doing, refusal, { cause });
}

/** Errors of kafkajs that say that no broker answers. */
const OUT_OF_REACH = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSBrokerNotFound',
  'KafkaJSRequestTimeoutError',
  'KafkaJSGroupCoordinatorNotFound',
]);

/** What brokers say that have just come back, or hand over to others. */
const COMING_BACK = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);

/** Whether an error of kafkajs comes from brokers that do not answer, or not yet, and from nothing else. */
export function isOutOfReach(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause)
    if (OUT_OF_REACH.has(next.name) || COMING_BACK.has(String((next as { type?: unknown }).type))) return true;
  return false;
}
