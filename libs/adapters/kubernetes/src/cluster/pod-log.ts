import type { ClusterApi } from './cluster-api.ts';

/** What is kept of a log: the start says what was tried, the end how it went. */
const HEAD_BYTES = 262_144;
const TAIL_BYTES = 1_048_576;
const TRIES = 3;

/** Keeps the first and the last bytes of a log of any size, in constant memory, and the time of its last whole line. */
export class LogWindow {
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #dropped = 0;
  /** The first bytes of the line that is being read: its time is among them. */
  #lineStart = '';
  #since: string | undefined;
  readonly #limits: { readonly head: number; readonly tail: number };

  constructor(limits: { readonly head: number; readonly tail: number } = { head: HEAD_BYTES, tail: TAIL_BYTES }) {
    this.#limits = limits;
  }

  /** The time before the last line that came whole, as the server wrote it. */
  get since(): string | undefined {
    return this.#since;
  }

  write(bytes: Buffer): void {
    this.#noteTimes(bytes);
    const room = this.#limits.head - this.#headBytes;
    const first = bytes.subarray(0, Math.max(0, room));
    if (first.length > 0) this.#head.push(Buffer.from(first));
    this.#headBytes += first.length;
    if (bytes.length > first.length) this.#keepLast(bytes.subarray(first.length));
  }

  text(): string {
    const tail = Buffer.concat(this.#tail);
    const cut = Math.max(0, tail.length - this.#limits.tail);
    const missing = this.#dropped + cut;
    const between = missing === 0 ? '' : `\n[… ${missing} bytes are left out …]\n`;
    return `${Buffer.concat(this.#head).toString('utf8')}${between}${tail.subarray(cut).toString('utf8')}`;
  }

  #keepLast(bytes: Buffer): void {
    this.#tail.push(Buffer.from(bytes));
    this.#tailBytes += bytes.length;
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#limits.tail) {
      const oldest = this.#tail.shift()?.length ?? 0;
      this.#tailBytes -= oldest;
      this.#dropped += oldest;
    }
  }

  #noteTimes(bytes: Buffer): void {
    let at = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      this.#startLine(bytes.subarray(at, end));
      const time = /^(\S+T\S+Z) /.exec(this.#lineStart)?.[1];
      if (time !== undefined) this.#since = time;
      this.#lineStart = '';
      at = end + 1;
    }
    this.#startLine(bytes.subarray(at));
  }

  #startLine(bytes: Buffer): void {
    const room = 40 - this.#lineStart.length;
    if (room > 0) this.#lineStart += bytes.subarray(0, room).toString('latin1');
  }
}

/** The log of a pod's container, bounded (platform KJ-6). One that breaks off is read on from the time of its last line, which may then stand twice. Throws where nothing more can be had. */
export async function readPodLog(api: ClusterApi, namespace: string, pod: string): Promise<string> {
  const window = new LogWindow();
  for (let number = 1; ; number += 1) {
    try {
      await api.copyLog(namespace, pod, window.since, (bytes) => window.write(Buffer.from(bytes)));
      return window.text();
    } catch (error) {
      if (number >= TRIES) throw error;
      await api.calls.retries.rest(500 * number);
    }
  }
}
