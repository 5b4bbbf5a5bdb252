/** A span as it was sent by OTLP. Ids are hexadecimal. */
export interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a span that begins a trace. */
  readonly parentId: string;
}

/** Numbers of fields of the messages of OTLP, from the request down to the spans. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;

/** The spans of a request of an OTLP exporter, http/protobuf. */
export function spansIn(request: Buffer): readonly SentSpan[] {
  return [request]
    .flatMap((message) => parts(message, RESOURCE_SPANS))
    .flatMap((message) => parts(message, SCOPE_SPANS))
    .flatMap((message) => parts(message, SPANS))
    .map((span) => {
      const hex = (field: number): string => parts(span, field)[0]?.toString('hex') ?? '';
      return { name: parts(span, 5)[0]?.toString() ?? '', traceId: hex(1), spanId: hex(2), parentId: hex(4) };
    });
}

/** The fields of a protobuf message that have this number and a length. */
function parts(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = number();
    const kind = tag % 8;
    if (kind === 0) number();
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : number();
      if (kind === 2 && tag >>> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}
