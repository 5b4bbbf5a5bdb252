import { Readable } from 'node:stream';
import { boundedLines } from './bounded-lines.ts';

async function linesOf(chunks: readonly string[], longest = 10): Promise<string[]> {
  const found: string[] = [];
  for await (const line of boundedLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), longest, new AbortController().signal)) found.push(line);
  return found;
}

describe('lines of a stream', () => {
  it('come whole, however the stream cuts them', async () => {
    expect(await linesOf(['one\ntw', 'o\r\n', '\n', 'thr', 'ee'])).toEqual(['one', 'two', '', 'three']);
  });

  it('are cut just beyond the longest, and the next one is whole again', async () => {
    expect(await linesOf(['aaaaaaaa', 'aaaaaaaaaaaaaa', 'aaaa\nnext\n'])).toEqual(['aaaaaaaaaaa', 'next']);
  });

  it('end when they are aborted', async () => {
    const stop = new AbortController();
    const stream = new Readable({ read: () => undefined });
    const lines = boundedLines(stream, 10, stop.signal);
    stream.push('one\n');

    expect((await lines.next()).value).toBe('one');
    stop.abort();
    expect((await lines.next()).done).toBe(true);
  });
});
