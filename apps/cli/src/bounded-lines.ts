import { addAbortSignal, type Readable } from 'node:stream';

/** The lines of a stream, as they come. Of a line with more than `longest` bytes only the first `longest + 1` are kept. Ends early when aborted. */
export async function* boundedLines(stream: Readable, longest: number, signal: AbortSignal): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    const room = longest + 1 - size;
    if (room <= 0 || part.length === 0) return;
    parts.push(part.subarray(0, room));
    size += Math.min(room, part.length);
  };
  const take = (): string => {
    const line = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    [parts, size] = [[], 0];
    return line;
  };
  try {
    for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer | string>) {
      let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        add(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        yield take();
      }
      add(rest);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return;
  }
  if (size > 0) yield take();
}
