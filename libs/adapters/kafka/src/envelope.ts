import { eventType, TaskEvent, TraceContext } from '@mle-smith/contracts';

/** Headers as they arrive: bytes, and a list where a name comes twice. */
export type Headers = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

/** Attributes of CloudEvents 1.0, binary mode, as headers of Kafka. */
export const HEADER = {
  specversion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  subject: 'ce_subject',
  time: 'ce_time',
  dataschema: 'ce_dataschema',
  generation: 'ce_generation',
  /** The digest of a body that is in the artifact store (platform KB-13). */
  dataref: 'ce_dataref',
  contentType: 'content-type',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
} as const;

/** An event as it is written: the same event gives the same bytes. */
export function written(event: TaskEvent): { readonly headers: Record<string, string>; readonly body: Buffer } {
  const { data, ...envelope } = TaskEvent.parse(event);
  return {
    headers: {
      [HEADER.specversion]: '1.0',
      [HEADER.id]: envelope.id,
      [HEADER.type]: envelope.type,
      [HEADER.source]: envelope.source,
      [HEADER.subject]: envelope.subject,
      [HEADER.time]: envelope.time,
      [HEADER.dataschema]: `urn:mlesmith:schema:${envelope.type}`,
      [HEADER.generation]: String(data.generation),
      [HEADER.contentType]: 'application/json',
      ...traceOf(envelope),
    },
    body: Buffer.from(JSON.stringify(data)),
  };
}

/** A header as text; undefined where it is missing, comes twice or is no UTF-8. */
export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (typeof value === 'string') return value;
  if (!Buffer.isBuffer(value)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** Whether a message is of the type, and of the major version, that this reader knows for a fact. */
export function isKnownType(fact: string, type: string): boolean {
  return type === eventType(fact);
}

/** The trace that headers or an event name; empty where they name none. */
export function traceOf(from: Headers | TaskEvent): TraceContext {
  const { traceparent, tracestate } = TraceContext.catch({}).parse({ ...text(from, HEADER.traceparent), ...text(from, HEADER.tracestate) });
  return { ...(traceparent === undefined ? {} : { traceparent }), ...(tracestate === undefined ? {} : { tracestate }) };
}

function text(from: Headers | TaskEvent, name: string): Record<string, string> {
  const value = headerText(from as Headers, name);
  return value === undefined ? {} : { [name]: value };
}
