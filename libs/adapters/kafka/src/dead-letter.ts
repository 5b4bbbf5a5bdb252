import type { Headers } from './envelope.ts';
import { MOST_ERROR_CHARACTERS, MOST_LETTER_BYTES } from './limits.ts';

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
  /** How many bytes the message had, where it was too large for its dead letter: its body and its headers are not in it then. */
  lost: 'dlq-lost-bytes',
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

/**
 * The dead letter of a message: its key, bytes and headers as they were, and why it lies here (platform KB-6). What was
 * packed may be larger than any topic takes: of that only where it lies is kept, since a letter that cannot be sent would
 * hold its partition for ever.
 */
export function deadLetterOf(topic: string, partition: number, message: RawMessage, failure: Failure, version: string) {
  const bytes = bytesOf(message);
  const fits = bytes <= MOST_LETTER_BYTES;
  return {
    key: fits ? message.key : null,
    value: fits ? message.value : null,
    headers: {
      ...(fits ? withoutLetter(message.headers ?? {}) : { [LETTER.lost]: String(bytes) }),
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

function bytesOf({ key, value, headers = {} }: RawMessage): number {
  const told = Object.entries(headers).flatMap(([name, values]) => [values ?? ''].flat().map((one) => Buffer.byteLength(name) + Buffer.byteLength(one)));
  return told.reduce((sum, one) => sum + one, (key?.length ?? 0) + (value?.length ?? 0));
}

/** The headers that a message had before it became a dead letter. */
export function withoutLetter(headers: Headers): Defined {
  const own = new Set<string>(Object.values(LETTER));
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => !own.has(name) && value !== undefined)) as Defined;
}
