import type { SpanKindName } from '../span-catalogue.ts';
import { fields, parts, text } from './protobuf.ts';

/** A span as it was sent by OTLP. Ids are hexadecimal, times ms since the epoch. */
export interface SentSpan {
  readonly name: string;
  readonly kind: SpanKindName | undefined;
  /** Who made it: our own code is `mle-smith`. */
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span that begins a trace. */
  readonly parentId: string;
  readonly from: number;
  readonly to: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: SentSpan['attributes'] }[];
}

/** Numbers of fields of the messages of OTLP, from the request down to the spans. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SCOPE = 1;
const SPANS = 2;
const KINDS: readonly (SpanKindName | undefined)[] = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'];

/** The spans of a request of an OTLP exporter, http/protobuf. */
export function spansIn(request: Buffer): readonly SentSpan[] {
  return parts(request, RESOURCE_SPANS)
    .flatMap((message) => parts(message, SCOPE_SPANS))
    .flatMap((message) => {
      const scope = text(parts(message, SCOPE)[0], 1);
      return parts(message, SPANS).map((span) => spanOf(span, scope));
    });
}

function spanOf(span: Buffer, scope: string): SentSpan {
  return {
    name: text(span, 5),
    kind: KINDS[Number(fields(span).find(({ field }) => field === 6)?.value ?? 0)],
    scope,
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: hex(span, 4),
    from: millisecondsOf(span, 7),
    to: millisecondsOf(span, 8),
    attributes: attributesOf(span, 9),
    links: parts(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2), attributes: attributesOf(link, 4) })),
  };
}

function attributesOf(message: Buffer, field: number): SentSpan['attributes'] {
  return Object.fromEntries(parts(message, field).map((pair) => [text(pair, 1), valueOf(parts(pair, 2)[0] ?? Buffer.alloc(0))]));
}

function valueOf(value: Buffer): string | number | boolean {
  const [one] = fields(value);
  if (one === undefined) return '';
  if (one.field === 2) return one.value !== 0n;
  if (one.field === 4 && one.bytes !== undefined) return one.bytes.readDoubleLE();
  return one.bytes === undefined ? Number(one.value) : one.bytes.toString();
}

function hex(message: Buffer, field: number): string {
  return parts(message, field)[0]?.toString('hex') ?? '';
}

function millisecondsOf(span: Buffer, field: number): number {
  const bytes = fields(span).find((one) => one.field === field)?.bytes;
  return bytes === undefined ? 0 : Number(bytes.readBigUInt64LE()) / 1e6;
}
