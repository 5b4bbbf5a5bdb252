/** The fields of a protobuf message that have this number and a length. */
export function parts(message: Buffer, wanted: number): Buffer[] {
  return fields(message).flatMap(({ field, bytes, sized }) => (field === wanted && sized && bytes !== undefined ? [bytes] : []));
}

/** One field of a protobuf message. */
export interface Field {
  readonly field: number;
  /** Of a number without a fixed length. */
  readonly value: bigint;
  readonly bytes?: Buffer;
  /** Whether its length is told. */
  readonly sized: boolean;
}

/** All fields of a protobuf message, in their order. */
export function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(number());
    const [field, kind] = [tag >>> 3, tag % 8];
    if (kind === 0) {
      found.push({ field, value: number(), sized: false });
      continue;
    }
    const length = kind === 1 ? 8 : kind === 5 ? 4 : Number(number());
    found.push({ field, value: 0n, bytes: message.subarray(at, at + length), sized: kind === 2 });
    at += length;
  }
  return found;
}

/** The text of the first field of this number; empty where there is none. */
export function text(message: Buffer | undefined, field: number): string {
  return message === undefined ? '' : (parts(message, field)[0]?.toString() ?? '');
}
