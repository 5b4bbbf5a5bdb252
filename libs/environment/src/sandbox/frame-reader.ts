import type { Readable } from 'node:stream';

/** The longest line that is waited for where nothing else is said, in bytes. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** A line that does not end within what a line may have. */
export class FrameTooLongError extends Error {
  readonly code = 'frame_too_long';
  constructor(most: number) {
    super(`a line of a sandbox is longer than it may be [bytes=${most}]`);
    this.name = new.target.name;
  }
}

/** Reads JSON lines and the bytes they announce from a stream, and no more of it than was asked for; every wait ends when the stream does. */
export class FrameReader {
  readonly #stream: Readable;
  #chunks: Buffer[] = [];
  #size = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.on('readable', () => this.#wake?.());
    stream.on('end', end).on('close', end).on('error', end);
  }

  /** The next line without its end; undefined when the stream ended before one. Throws `FrameTooLongError`. */
  async line(most: number = LONGEST_LINE): Promise<string | undefined> {
    // Joined once at its end: a line may come byte by byte.
    let before = 0;
    for (let next = 0; ; next += 1) {
      while (next >= this.#chunks.length) if (!(await this.#more())) return undefined;
      const chunk = this.#chunks[next] as Buffer;
      const end = chunk.indexOf(10);
      if (before + (end >= 0 ? end : chunk.length) > most) throw new FrameTooLongError(most);
      if (end >= 0) return (await this.bytes(before + end + 1))?.subarray(0, before + end).toString('utf8');
      before += chunk.length;
    }
  }

  /** Exactly `count` bytes; undefined when the stream ended before. */
  async bytes(count: number): Promise<Buffer | undefined> {
    while (this.#size < count) if (!(await this.#more())) return undefined;
    const joined = this.#join();
    const taken = joined.subarray(0, count);
    const rest = joined.subarray(count);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return taken;
  }

  #join(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** Takes what the stream holds, waiting for something; false at its end. */
  async #more(): Promise<boolean> {
    for (;;) {
      const chunk = this.#stream.read() as Buffer | null;
      if (chunk !== null) {
        this.#chunks.push(chunk);
        this.#size += chunk.length;
        return true;
      }
      if (this.#ended) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
