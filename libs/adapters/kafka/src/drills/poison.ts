import type { Message } from 'kafkajs';
import { eventType, type TaskEvent } from '@mle-smith/contracts';
import { written } from '../envelope.ts';

/** A message that a stranger, a fault or a later version may write. */
export interface Poison {
  readonly message: Message;
  /** The reason of its dead letter, `parked`, or `taken` where it is none the worse for wear. */
  readonly expected: string;
}

/** The messages that end consumers elsewhere (platform KB-2), for a topic of this fact; those that are taken tell of the subjects `junk` and `newer`. */
export function poisonOf(fact: string): Readonly<Record<string, Poison>> {
  const { headers } = written(newsOf(fact, 'bad'));
  const body = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const without = (name: string): Record<string, string> => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
  const junk = written(newsOf(fact, 'junk'));
  const newer = newsOf(fact, 'newer');
  return {
    'an empty value': { message: { headers, value: Buffer.alloc(0) }, expected: 'empty_value' },
    'a null value': { message: { headers, value: null }, expected: 'empty_value' },
    'text that is no JSON': { message: { headers, value: '{not json' }, expected: 'not_json' },
    'JSON of another shape': { message: { headers, value: body({ generation: 'one' }) }, expected: 'shape_invalid' },
    'JSON that is no object': { message: { headers, value: 'null' }, expected: 'shape_invalid' },
    'an unknown type': { message: { headers: { ...headers, ce_type: `io.mlesmith.${fact}.v9` }, value: body({}) }, expected: 'parked' },
    'no type': { message: { headers: without('ce_type'), value: body({}) }, expected: 'envelope_invalid' },
    'no headers at all': { message: { value: body({}) }, expected: 'envelope_invalid' },
    'another version of the envelope': { message: { headers: { ...headers, ce_specversion: '0.3' }, value: body({}) }, expected: 'envelope_invalid' },
    'a body of 900 KB': { message: { headers, value: Buffer.alloc(900_000, 'x') }, expected: 'oversize' },
    'bytes that are no UTF-8': { message: { headers, value: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }, expected: 'not_utf8' },
    'deep nesting': { message: { headers, value: `${'['.repeat(10_000)}${']'.repeat(10_000)}` }, expected: 'too_deep' },
    'a key that changes prototypes': {
      message: { headers, value: '{"generation":1,"datasetId":"d","documents":{"__proto__":"x"},"__proto__":{"admin":true}}' },
      expected: 'forbidden_key',
    },
    'an attribute of binary junk': {
      message: { headers: { ...headers, ce_id: Buffer.from([0xff, 0x00, 0xfe]) }, value: body({}) },
      expected: 'envelope_invalid',
    },
    'a subject that is a path': {
      message: { headers: { ...headers, ce_subject: '../../up' }, value: body(newsOf(fact, 't').data) },
      expected: 'envelope_invalid',
    },
    'a subject that writes to terminals': {
      message: { headers: { ...headers, ce_subject: '\u001b[31m\nevil' }, value: body(newsOf(fact, 't').data) },
      expected: 'envelope_invalid',
    },
    'a time that is none': {
      message: { headers: { ...headers, ce_time: 'x'.repeat(5_000) }, value: body(newsOf(fact, 't').data) },
      expected: 'envelope_invalid',
    },
    'a dataset of no possible name': {
      message: { headers, value: body({ ...newsOf(fact, 't').data, datasetId: 'd'.repeat(5_000) }) },
      expected: 'shape_invalid',
    },
    'a dataset at no possible address': {
      message: { headers, value: body({ ...newsOf(fact, 't').data, uri: `s3://lake/${'d'.repeat(5_000)}/` }) },
      expected: 'shape_invalid',
    },
    'an attribute that comes twice': { message: { headers: { ...headers, ce_id: ['a', 'b'] }, value: body({}) }, expected: 'envelope_invalid' },
    'a reference to a body that is nowhere': {
      message: { headers: { ...headers, ce_dataref: `sha256:${'0'.repeat(64)}` }, value: null },
      expected: 'claim_check_missing',
    },
    'a foreign header of binary junk': { message: { headers: { ...junk.headers, other: Buffer.from([0xff, 0x00]) }, value: junk.body }, expected: 'taken' },
    'fields that are not known yet': { message: { headers: written(newer).headers, value: body({ ...newer.data, mood: 'good' }) }, expected: 'taken' },
  };
}

/** News of a subject that may not exist. */
export function newsOf(fact: string, subject: string, documents: Record<string, string> = {}): TaskEvent {
  return {
    id: `event-${fact}-${subject}`,
    type: eventType(fact),
    source: 'mle-smith/design',
    subject,
    time: '2026-01-02T03:04:05.000Z',
    data: { generation: 1, datasetId: 'cars', documents },
  };
}
