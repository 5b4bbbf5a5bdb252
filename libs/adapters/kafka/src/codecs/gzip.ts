import { promisify } from 'node:util';
import { gzip, unzip } from 'node:zlib';
import { MOST_BYTES } from './limits.ts';

const compress = promisify<Buffer, Buffer>(gzip);
const decompress = promisify(unzip);

/** Gzip as Node has it. */
export const gzipCodec = {
  compress: async ({ buffer }: { buffer: Buffer }): Promise<Buffer> => compress(buffer),
  decompress: async (buffer: Buffer): Promise<Buffer> => decompress(buffer, { maxOutputLength: MOST_BYTES }),
};
