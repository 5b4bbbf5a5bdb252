import { createRequire } from 'node:module';
import { headerText, type Headers } from './envelope.ts';
import { MOST_HEADERS } from './limits.ts';

/** In place of all headers of a message that was not unpacked; its text says why. */
const NOT_UNPACKED = 'mle-smith-not-unpacked';
const FILE = 'kafkajs/src/protocol/decoder.js';
const patched = Symbol.for('mle-smith.kafka.headers-shim');

/** A way of packing as kafkajs takes it. */
export interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** Why a message was not unpacked; undefined of one that was. */
export function notUnpacked(headers: Headers): string | undefined {
  return headerText(headers, NOT_UNPACKED);
}

/**
 * The same codec, which gives records without content in place of a batch that it cannot unpack: kafkajs would end its
 * consumer, and again after each start, while these become dead letters that name the offsets.
 */
export function unpackingWith(codec: Codec): Codec {
  return {
    compress: (encoder) => codec.compress(encoder),
    decompress: (buffer) =>
      codec.decompress(buffer).catch((error: unknown) => emptyRecords(recordsIn(buffer), `its batch cannot be unpacked: ${String(error)}`)),
  };
}

interface DecoderPrototype {
  readVarInt(): number;
  readVarIntArray<Item>(this: DecoderPrototype, read: (decoder: DecoderPrototype) => Item): Item[];
  [patched]?: true;
}

/** kafkajs copies all headers of a message for each of them: a hundred thousand, which a message has room for, stop the process for minutes. */
export function applyHeadersShim(): void {
  const { prototype } = createRequire(import.meta.url)(FILE) as { prototype: DecoderPrototype };
  if (prototype[patched]) return;
  prototype[patched] = true;
  prototype.readVarIntArray = function <Item>(this: DecoderPrototype, read: (decoder: DecoderPrototype) => Item): Item[] {
    const length = this.readVarInt();
    // Headers are the end of a record, and only they are read by this: the rest of the record is passed over.
    if (length > MOST_HEADERS) return [{ key: NOT_UNPACKED, value: Buffer.from(`it has ${length} headers, at most ${MOST_HEADERS} are read`) } as Item];
    return Array.from({ length: Math.max(0, length) }, () => read(this));
  };
}

/** kafkajs tells a codec nothing of its batch; the number of records stands in the four bytes before what is packed. */
function recordsIn(packed: Buffer): number {
  return new DataView(packed.buffer, packed.byteOffset - 4, 4).getInt32(0);
}

/** Records in the format of Kafka, without key and value, with the one header that says why. */
function emptyRecords(count: number, why: string): Buffer {
  const text = Buffer.from(why.slice(0, 100));
  const header = Buffer.concat([varInt(NOT_UNPACKED.length), Buffer.from(NOT_UNPACKED), varInt(text.length), text]);
  const records = Buffer.alloc(count * (header.length + 16));
  let end = 0;
  for (let offset = 0; offset < count; offset += 1) {
    // Attributes and the difference of times are 0, key and value are none, and there is one header.
    const body = Buffer.concat([Buffer.from([0, 0]), varInt(offset), varInt(-1), varInt(-1), varInt(1), header]);
    for (const part of [varInt(body.length), body]) end += part.copy(records, end);
  }
  return records.subarray(0, end);
}

/** An integer as Kafka packs it: zigzag, seven bits a byte. */
function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
