import { PassThrough, Readable } from 'node:stream';
import { FrameReader, FrameTooLongError } from './frame-reader.ts';

const of = (...pieces: string[]): FrameReader => new FrameReader(Readable.from(pieces.map((piece) => Buffer.from(piece))));

describe('a reader of frames', () => {
  it('gives lines and the bytes after them, however they were cut on the way', async () => {
    const frames = of('{"a"', ':1}\nxy', 'z{"b":2}', '\n');

    expect(await frames.line()).toBe('{"a":1}');
    expect((await frames.bytes(3))?.toString()).toBe('xyz');
    expect(await frames.line()).toBe('{"b":2}');
    expect(await frames.line()).toBeUndefined();
  });

  it('gives nothing of a frame that its stream did not end', async () => {
    expect(await of('half').line()).toBeUndefined();
    expect(await of('half').bytes(5)).toBeUndefined();
  });

  it('refuses a line that does not end', async () => {
    await expect(of('x'.repeat(11)).line(10)).rejects.toThrow(FrameTooLongError);
    await expect(of(`${'x'.repeat(11)}\n`).line(10)).rejects.toThrow(FrameTooLongError);
    expect(await of(`${'x'.repeat(10)}\n`).line(10)).toBe('x'.repeat(10));
  });

  it('copies a long line that comes in small pieces no more than a few times', async () => {
    const { concat } = Buffer;
    let copied = 0;
    Buffer.concat = (pieces, length) => {
      const joined = concat(pieces, length);
      copied += joined.length;
      return joined;
    };
    const frames = of(...Array.from({ length: 2_000 }, () => 'x'.repeat(1_000)), '\n');

    const line = await frames.line().finally(() => (Buffer.concat = concat));

    expect(line?.length).toBe(2_000_000);
    expect(copied).toBeLessThan(10_000_000);
  });

  it('leaves in the stream what nobody asked for, so that a sender has to wait', async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const frames = new FrameReader(stream);
    stream.write('ab\n');

    expect(await frames.line()).toBe('ab');
    let drained = false;
    stream.on('drain', () => (drained = true));
    expect(stream.write('c'.repeat(100))).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);

    expect((await frames.bytes(100))?.length).toBe(100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(true);
  });
});
