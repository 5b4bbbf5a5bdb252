import { createRequire } from 'node:module';

const lz4 = createRequire(import.meta.url)('lz4js') as { decompress(bytes: Buffer): Uint8Array };

/** The lz4 frame format, to be read only: brokers refuse what lz4js writes. */
export const lz4Codec = {
  compress: (): Promise<never> => Promise.reject(new Error('lz4 is read, not written; choose another codec')),
  decompress: async (buffer: Buffer): Promise<Buffer> => Buffer.from(lz4.decompress(buffer)),
};
