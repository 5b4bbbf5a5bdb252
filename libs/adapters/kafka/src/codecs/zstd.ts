import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { MOST_BYTES } from './limits.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Zstandard as Node has it. */
export const zstdCodec = {
  compress: async ({ buffer }: { buffer: Buffer }): Promise<Buffer> => compress(buffer),
  decompress: async (buffer: Buffer): Promise<Buffer> => decompress(buffer, { maxOutputLength: MOST_BYTES }),
};
