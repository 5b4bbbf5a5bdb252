import { createRequire } from 'node:module';
import { MOST_BYTES } from './limits.ts';

const lz4 = createRequire(import.meta.url)('lz4js') as { decompress(bytes: Buffer): Uint8Array; decompressBound(bytes: Buffer): number };

/** The lz4 frame format, to be read only: brokers refuse what lz4js writes. */
export const lz4Codec = {
  compress: (): Promise<never> => Promise.reject(new Error('lz4 is read, not written; choose another codec')),
  decompress: async (buffer: Buffer): Promise<Buffer> => {
    if (lz4.decompressBound(buffer) > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
    return Buffer.from(lz4.decompress(buffer));
  },
};
