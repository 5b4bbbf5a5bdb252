import kafkajs from 'kafkajs';
import { unpackingWith } from '../unpacking.ts';
import { gzipCodec } from './gzip.ts';
import { lz4Codec } from './lz4.ts';
import { snappyCodec } from './snappy.ts';
import { zstdCodec } from './zstd.ts';

/**
 * kafkajs has gzip only, without a bound, and a batch in another codec, or one that cannot be unpacked, would end its
 * consumer for good, and again after each start (platform KB-4).
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  for (const [type, codec] of [
    [CompressionTypes.GZIP, gzipCodec],
    [CompressionTypes.Snappy, snappyCodec],
    [CompressionTypes.LZ4, lz4Codec],
    [CompressionTypes.ZSTD, zstdCodec],
  ] as const)
    CompressionCodecs[type] = () => unpackingWith(codec);
}
