import { TaskEvent } from '@mle-smith/contracts';
import type { z } from 'zod';
import type { BlobStore } from './claim-check.ts';
import { fetchBody } from './claim-check.ts';
import { HEADER, headerText, isKnownType, traceOf, type Headers } from './envelope.ts';
import { faultOfJson } from './json-guard.ts';
import { MOST_BODY_BYTES, MOST_REFERRED_BYTES } from './limits.ts';
import { notUnpacked } from './unpacking.ts';

/** Why a message can never be used; the reason code of its dead letter. */
export type Unusable =
  | 'empty_value'
  | 'oversize'
  | 'not_unpacked'
  | 'envelope_invalid'
  | 'not_utf8'
  | 'not_json'
  | 'too_deep'
  | 'forbidden_key'
  | 'shape_invalid'
  | 'claim_check_missing';

export type Decoded =
  | { readonly kind: 'event'; readonly event: TaskEvent }
  | { readonly kind: 'parked'; readonly type: string }
  | { readonly kind: 'unusable'; readonly reason: Unusable; readonly error: string };

/** Readers keep fields that they do not know (platform KB-10). */
const Data = TaskEvent.shape.data.loose();
const Attributes = TaskEvent.omit({ data: true });

/** Reads one message; whatever it holds, it throws only where the store of large bodies cannot be reached. */
export async function decode(fact: string, headers: Headers, value: Buffer | null, blobs: BlobStore | undefined): Promise<Decoded> {
  const never = notUnpacked(headers);
  if (never !== undefined) return unusable('not_unpacked', never);
  const type = headerText(headers, HEADER.type);
  if (type !== undefined && !isKnownType(fact, type)) return { kind: 'parked', type };
  const reference = headerText(headers, HEADER.dataref);
  if ((value === null || value.length === 0) && reference === undefined) return unusable('empty_value', 'the message has no body');
  if (value !== null && value.length > MOST_BODY_BYTES) return unusable('oversize', `the body has ${value.length} bytes, at most ${MOST_BODY_BYTES} are read`);
  const envelope = {
    specversion: headerText(headers, HEADER.specversion),
    id: headerText(headers, HEADER.id),
    type,
    source: headerText(headers, HEADER.source),
    subject: headerText(headers, HEADER.subject),
    time: headerText(headers, HEADER.time),
  };
  const missing = Object.entries(envelope).flatMap(([name, text]) => (text === undefined || text === '' ? [name] : []));
  if (missing.length > 0) return unusable('envelope_invalid', `attributes are missing or no text: ${missing.join(', ')}`);
  if (envelope.specversion !== '1.0') return unusable('envelope_invalid', `specversion ${envelope.specversion} is not 1.0`);
  const attributes = Attributes.safeParse({ ...envelope, ...traceOf(headers) });
  if (!attributes.success) return unusable('envelope_invalid', reasons(attributes.error));
  const body = reference === undefined ? (value as Buffer) : await fetchBody(reference, blobs);
  if (body === 'claim_check_missing') return unusable(body, `there is no body of the digest ${reference}`);
  if (body === 'oversize') return unusable(body, `the body of the digest ${reference} has more than ${MOST_REFERRED_BYTES} bytes`);
  return withData(body, attributes.data);
}

function withData(body: Uint8Array, attributes: Omit<TaskEvent, 'data'>): Decoded {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return unusable('not_utf8', 'the body is no UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unusable('not_json', String(error));
  }
  const fault = faultOfJson(value);
  if (fault !== undefined) return unusable(fault, 'the body is nested too deeply or has a key that no reader may take');
  const data = Data.safeParse(value);
  if (!data.success) return unusable('shape_invalid', reasons(data.error));
  return { kind: 'event', event: { ...attributes, data: data.data } };
}

function reasons({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function unusable(reason: Unusable, error: string): Decoded {
  return { kind: 'unusable', reason, error };
}
