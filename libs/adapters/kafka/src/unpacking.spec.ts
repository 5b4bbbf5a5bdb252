import { createRequire } from 'node:module';
import { zstdCompressSync } from 'node:zlib';
import { registerCodecs } from './codecs/register.ts';
import type { Headers } from './envelope.ts';
import { applyUnpackingShim, notUnpacked } from './unpacking.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => { readonly offset: number };
const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (decoder: object) => Promise<{ records: { offset: string; headers: Headers }[] }>;
const CODECS = { none: 0, zstd: 4 } as const;

/** A batch from offset 1000 on, of so many records that hold nothing; that they are all at one offset is nobody's concern. */
function batchOf(count: number, codec: keyof typeof CODECS): Buffer {
  const record = Buffer.from([12, 0, 0, 0, 1, 1, 0]);
  const records = Buffer.concat(Array.from({ length: count }, () => record));
  const packed = codec === 'zstd' ? zstdCompressSync(records) : records;
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(1_000n, 0);
  head.writeInt32BE(49 + packed.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(CODECS[codec], 21);
  head.writeInt32BE(count - 1, 23);
  head.writeInt32BE(count, 57);
  return Buffer.concat([head, packed]);
}

describe('a batch of records', () => {
  beforeAll(() => {
    registerCodecs();
    applyUnpackingShim();
  });

  it.each(['none', 'zstd'] as const)(
    'is its last record alone where it holds more than anybody can look at, and what comes behind is read (codec: %s)',
    async (codec) => {
      const decoder = new Decoder(Buffer.concat([batchOf(150_000, codec), batchOf(3, codec)]));

      const [many, few] = [await decode(decoder), await decode(decoder)];

      expect(many.records.map(({ offset, headers }) => [offset, notUnpacked(headers)])).toEqual([
        ['150999', 'its batch has 150000 records, at most 50000 are read'],
      ]);
      expect(few.records.map(({ headers }) => notUnpacked(headers))).toEqual([undefined, undefined, undefined]);
    },
  );

  it('is left to kafkajs where only its beginning came', async () => {
    await expect(decode(new Decoder(batchOf(60_000, 'none').subarray(0, 5_000)))).rejects.toThrow('partial record batch');
  });
});
