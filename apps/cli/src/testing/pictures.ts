import { crc32, deflateSync } from 'node:zlib';

/** A grey PNG picture whose text chunk tells something; `shade` gives each pixel from 0 to 255. */
export function picture(edge: number, shade: (row: number, column: number) => number, tells: string): Buffer {
  const rows = Array.from({ length: edge }, (_, row) => Buffer.from([0, ...Array.from({ length: edge }, (__, column) => shade(row, column))]));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(edge, 0);
  head.writeUInt32BE(edge, 4);
  head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('tEXt', Buffer.from(`Comment\0${tells}`, 'latin1')),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A recording of 16 bits at 8,000 samples a second, with a list of tags that tells something. */
export function recording(samples: readonly number[], tells: string): Buffer {
  const data = Buffer.alloc(2 * samples.length);
  samples.forEach((value, place) => data.writeInt16LE(Math.round(value), 2 * place));
  const format = Buffer.alloc(16);
  [1, 1].forEach((value, place) => format.writeUInt16LE(value, 2 * place));
  format.writeUInt32LE(8_000, 4);
  format.writeUInt32LE(16_000, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const tags = Buffer.from(`INFO${tells}${tells.length % 2 === 0 ? '' : ' '}`, 'latin1');
  const body = Buffer.concat([Buffer.from('WAVE', 'latin1'), part('fmt ', format), part('data', data), part('LIST', tags)]);
  return part('RIFF', body);
}

function chunk(kind: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), content]);
  return Buffer.concat([number(content.length), named, number(crc32(named))]);
}

function part(kind: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([Buffer.from(kind, 'latin1'), size, content]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
