export type { BlobStore } from './claim-check.ts';
export { KafkaConnection } from './connection.ts';
export { DeadLetterArchive, type DeadLetter } from './dead-letter-archive.ts';
export { KafkaEventBus, type KafkaEventBusOptions } from './kafka-event-bus.ts';
export type { ClientWarning, Observe } from './observer.ts';
export { applyTopics, checkTopics, type TopicDrift, type TopicOptions, type TopicReport } from './topic-admin.ts';
export { TOPIC_PREFIX, deadLetterTopic, topicOf } from './topics.ts';
export type { TraceHook } from './trace-hook.ts';
