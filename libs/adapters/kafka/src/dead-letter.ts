import type { Headers } from './envelope.ts';
import { MOST_ERROR_CHARACTERS } from './limits.ts';

/** What a dead letter says of itself, beside the headers that its message had. */
export const LETTER = {
  topic: 'dlq-topic',
  partition: 'dlq-partition',
  offset: 'dlq-offset',
  timestamp: 'dlq-timestamp',
  reason: 'dlq-reason',
  error: 'dlq-error',
  deliveries: 'dlq-attempts',
  version: 'dlq-version',
  /** Marks the note that a dead letter was dealt with: its number. */
  settles: 'dlq-settles',
  /** `redriven` or `dropped`. */
  how: 'dlq-how',
} as const;

/** A message as kafkajs hands it over and takes it. */
export interface RawMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Headers;
  readonly timestamp: string;
  readonly offset: string;
}

export interface Failure {
  readonly reason: string;
  readonly error: string;
  /** How often it was delivered. */
  readonly deliveries: number;
}

type Defined = Record<string, Buffer | string | (Buffer | string)[]>;

/** The dead letter of a message: its key, bytes and headers as they were, and why it lies here (platform KB-6). */
export function deadLetterOf(topic: string, partition: number, message: RawMessage, failure: Failure, version: string) {
  return {
    key: message.key,
    value: message.value,
    headers: {
      ...withoutLetter(message.headers ?? {}),
      [LETTER.topic]: topic,
      [LETTER.partition]: String(partition),
      [LETTER.offset]: message.offset,
      [LETTER.timestamp]: message.timestamp,
      [LETTER.reason]: failure.reason,
      [LETTER.error]: failure.error.slice(0, MOST_ERROR_CHARACTERS),
      [LETTER.deliveries]: String(failure.deliveries),
      [LETTER.version]: version,
    },
  };
}

/** The headers that a message had before it became a dead letter. */
export function withoutLetter(headers: Headers): Defined {
  const own = new Set<string>(Object.values(LETTER));
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => !own.has(name) && value !== undefined)) as Defined;
}
