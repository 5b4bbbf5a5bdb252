import { createRequire } from 'node:module';
import { headerText, type Headers } from './envelope.ts';
import { MOST_HEADERS, MOST_RECORDS } from './limits.ts';

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
  buffer: Buffer;
  readonly offset: number;
  slice(size: number): DecoderPrototype;
  readVarInt(): number;
  readVarIntArray<Item>(this: DecoderPrototype, read: (decoder: DecoderPrototype) => Item): Item[];
  [patched]?: true;
}

/**
 * kafkajs copies all headers of a message for each of them: a hundred thousand, which a message has room for, stop the process
 * for minutes. And it makes an object of each record of a batch, and hands all of them to one call: millions, which 20 KB hold
 * when they are packed, take gigabytes, and a hundred thousand end its consumer.
 */
export function applyUnpackingShim(): void {
  const { prototype } = createRequire(import.meta.url)(FILE) as { prototype: DecoderPrototype };
  if (prototype[patched]) return;
  const { slice } = prototype;
  prototype[patched] = true;
  prototype.slice = function (this: DecoderPrototype, size: number): DecoderPrototype {
    const part = slice.call(this, size);
    const isWhole = this.offset >= 4 && this.buffer.readInt32BE(this.offset - 4) === size && part.buffer.length === size;
    if (isWhole && size > BATCH.records && part.buffer[BATCH.magic] === 2) part.buffer = boundedBatch(part.buffer);
    return part;
  };
  prototype.readVarIntArray = function <Item>(this: DecoderPrototype, read: (decoder: DecoderPrototype) => Item): Item[] {
    const length = this.readVarInt();
    // Headers are the end of a record, and only they are read by this: the rest of the record is passed over.
    if (length > MOST_HEADERS) return [{ key: NOT_UNPACKED, value: Buffer.from(`it has ${length} headers, at most ${MOST_HEADERS} are read`) } as Item];
    return Array.from({ length: Math.max(0, length) }, () => read(this));
  };
}

/** Where the parts of a batch lie behind its length, bytes. */
const BATCH = { magic: 4, attributes: 9, lastOffset: 11, count: 45, records: 49 } as const;
/** The bits of a batch's attributes that name its codec. */
const CODEC = 0b111;

/** The same batch, or one of its last record alone, which says why, in place of more records than are looked at. */
function boundedBatch(batch: Buffer): Buffer {
  const count = batch.readInt32BE(BATCH.count);
  if (count <= MOST_RECORDS) return batch;
  const last = emptyRecord(batch.readInt32BE(BATCH.lastOffset), headerOf(`its batch has ${count} records, at most ${MOST_RECORDS} are read`));
  // kafkajs takes a batch that is shorter than its length for the part of one.
  const bounded = Buffer.alloc(Math.max(batch.length, BATCH.records + last.length));
  batch.copy(bounded, 0, 0, BATCH.count);
  bounded.writeInt16BE(batch.readInt16BE(BATCH.attributes) & ~CODEC, BATCH.attributes);
  bounded.writeInt32BE(1, BATCH.count);
  last.copy(bounded, BATCH.records);
  return bounded;
}

/** kafkajs tells a codec nothing of its batch; the number of records stands in the four bytes before what is packed. */
function recordsIn(packed: Buffer): number {
  return new DataView(packed.buffer, packed.byteOffset - 4, 4).getInt32(0);
}

/** So many records without content, each of which says why. */
function emptyRecords(count: number, why: string): Buffer {
  const header = headerOf(why);
  return Buffer.concat(Array.from({ length: count }, (_, offset) => emptyRecord(offset, header)));
}

/** The header that says why a record has no content. */
function headerOf(why: string): Buffer {
  const text = Buffer.from(why.slice(0, 100));
  return Buffer.concat([varInt(NOT_UNPACKED.length), Buffer.from(NOT_UNPACKED), varInt(text.length), text]);
}

/** A record in the format of Kafka, so far behind the first of its batch: attributes and the difference of times are 0, key and value are none, and there is one header. */
function emptyRecord(offset: number, header: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([0, 0]), varInt(offset), varInt(-1), varInt(-1), varInt(1), header]);
  return Buffer.concat([varInt(body.length), body]);
}

/** An integer as Kafka packs it: zigzag, seven bits a byte. */
function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
