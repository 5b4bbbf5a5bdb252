import { createRequire } from 'node:module';
import { MOST_BYTES } from './limits.ts';

const snappy = createRequire(import.meta.url)('snappyjs') as { compress(bytes: Buffer): Buffer; uncompress(bytes: Buffer, most: number): Buffer };

/** Java producers frame their blocks so (xerial); others send one bare block. */
const MAGIC = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
/** Magic, version and least compatible version. */
const HEADER_BYTES = MAGIC.length + 8;
const BLOCK_BYTES = 32 * 1024;

/** Snappy, framed and bare; writes it framed, as Java does. */
export const snappyCodec = {
  compress: async ({ buffer }: { buffer: Buffer }): Promise<Buffer> => {
    const header = Buffer.concat([MAGIC, int32(1), int32(1)]);
    const blocks = Array.from({ length: Math.ceil(buffer.length / BLOCK_BYTES) }, (_, index) =>
      snappy.compress(buffer.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)),
    );
    return Buffer.concat([header, ...blocks.flatMap((block) => [int32(block.length), block])]);
  },
  decompress: async (buffer: Buffer): Promise<Buffer> => {
    if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) return snappy.uncompress(buffer, MOST_BYTES);
    const blocks: Buffer[] = [];
    let bytes = 0;
    for (let at = HEADER_BYTES; at < buffer.length;) {
      const end = at + 4 + buffer.readInt32BE(at);
      const block = snappy.uncompress(buffer.subarray(at + 4, end), MOST_BYTES);
      if ((bytes += block.length) > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
      blocks.push(block);
      at = end;
    }
    return Buffer.concat(blocks);
  },
};

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
