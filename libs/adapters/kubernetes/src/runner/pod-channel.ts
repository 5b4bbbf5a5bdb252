import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { escapedLine, FrameReader } from '@mle-smith/environment/sandbox';
import { z } from 'zod';
import type { PodAddress } from '../cluster/pod-jobs.ts';

/** Text for people: it may be the work of a program that took its server over. */
const text = (longest: number): z.ZodType<string> => z.string().max(longest).transform(escapedLine);

/** What a pod's server says when it lets somebody in. */
const Welcome = z.object({
  /** `empty`: wants inputs and an order; `running`, `answered`: has those of job `id`. */
  state: z.enum(['empty', 'running', 'answered']),
  id: z.string().max(1_000).nullable(),
  /** Processor as `uname -m` says it. */
  machine: text(100),
  /** What its kernel and its container cannot keep jobs from. */
  gaps: z.array(text(1_000)).max(100),
});
export type Welcome = z.infer<typeof Welcome>;

const Taken = z.object({ state: z.literal('taken') });

const LONGEST_WELCOME = 256 * 1024;
/** How long a connection and its greetings may take. */
const GREETING_MS = 10_000;

/** The connection to a pod was lost or could not be made. */
export class PodConnectionError extends Error {
  readonly code = 'pod_connection_lost';
  constructor(job: string, what: string, cause?: unknown) {
    super(`${what} [job=${job}]`, { cause });
    this.name = new.target.name;
  }
}

/** Who answered is not the pod that was asked for, or takes us for nobody. */
export class PodStrangerError extends Error {
  readonly code = 'pod_stranger';
  constructor(job: string, what: string) {
    super(`${what}: nothing was sent to it [job=${job}]`);
    this.name = new.target.name;
  }
}

/** Another process speaks with the pod: that one holds the work now. */
export class PodTakenError extends Error {
  readonly code = 'pod_taken';
  constructor(job: string) {
    super(`another process took the pod over [job=${job}]`);
    this.name = new.target.name;
  }
}

/** What a pod is told of a token: enough to know it when it is shown, and of no use to whoever reads the pod's specification. */
export function digestOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A connection to the server of a pod, after each end has shown the other who it is. */
export class PodChannel {
  readonly frames: FrameReader;
  readonly welcome: Welcome;
  readonly #job: string;
  readonly #socket: Socket;
  readonly #closed: Promise<void>;

  private constructor(job: string, socket: Socket, frames: FrameReader, welcome: Welcome) {
    this.#job = job;
    this.#socket = socket;
    this.frames = frames;
    this.welcome = welcome;
    this.#closed = socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Connects. `holder` is the name of this process. Throws `PodConnectionError`, `PodTakenError`, and `PodStrangerError` where the server cannot show that it is this pod's. */
  static async open(job: string, { host, port }: PodAddress, token: string, holder: string): Promise<PodChannel> {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 20_000 });
    // Every fault ends the socket, which whoever reads or writes sees.
    let fault: Error | undefined;
    socket.on('error', (error) => (fault = error));
    const timer = setTimeout(() => socket.destroy(), GREETING_MS);
    try {
      const frames = new FrameReader(socket);
      const greeting = `mle-smith/1 ${randomBytes(16).toString('hex')}`;
      socket.write(`${greeting}\n`);
      const proof = await frames.line(LONGEST_WELCOME);
      if (proof === undefined) throw new PodConnectionError(job, 'the server of the pod cannot be reached', fault);
      const expected = createHmac('sha256', digestOfToken(token)).update(greeting).digest();
      const shown = Buffer.from(proof, 'hex');
      if (shown.length !== expected.length || !timingSafeEqual(shown, expected))
        throw new PodStrangerError(job, 'another server answers at the address of the pod');
      socket.write(`${token} ${holder}\n`);
      const line = await frames.line(LONGEST_WELCOME);
      if (line === undefined) throw new PodConnectionError(job, 'the server of the pod let nobody in', fault);
      const said = json(line);
      if (Taken.safeParse(said).success) throw new PodTakenError(job);
      const welcome = Welcome.safeParse(said);
      if (!welcome.success) throw new PodStrangerError(job, 'the server of the pod says what nobody understands');
      return new PodChannel(job, socket, frames, welcome.data);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether it can be spoken on. */
  get open(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded;
  }

  /** Resolves when the connection is over. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Sends bytes and waits while the other end takes no more. Throws `PodConnectionError`. */
  async send(bytes: Uint8Array | string): Promise<void> {
    if (!this.open) throw new PodConnectionError(this.#job, 'the connection to the pod was lost');
    if (this.#socket.write(bytes)) return;
    const over = new AbortController();
    try {
      await Promise.race([once(this.#socket, 'drain', { signal: over.signal }).catch(() => undefined), this.#closed]);
    } finally {
      over.abort();
    }
    if (!this.open) throw new PodConnectionError(this.#job, 'the connection to the pod was lost');
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** What a line of JSON says; undefined where it is none. */
export function json(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
