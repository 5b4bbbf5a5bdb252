import { rest } from '@mle-smith/stage-runtime';
import type { Client } from './client.ts';

/** Wakes whoever waits when the server tells of anything. Where its stream of events fails or is silent, waiting is all there is. */
export class News {
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;
  #wake: () => void = () => undefined;
  #missed = false;

  constructor(client: Client) {
    this.#reading = this.#read(client);
  }

  /** Resolves at the next news, at once where some came since the last wait, and after a while anyway. */
  async next(longestMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#missed) {
      const heard = new AbortController();
      this.#wake = () => heard.abort();
      await rest(longestMs, AbortSignal.any([heard.signal, signal]));
    }
    this.#missed = false;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #read(client: Client): Promise<void> {
    const { signal } = this.#stop;
    let last: string | undefined;
    for (let waitMs = 1_000; !signal.aborted; waitMs = Math.min(waitMs * 2, 30_000)) {
      try {
        const answer = await client.open('events', { signal, ...(last === undefined ? {} : { headers: { 'last-event-id': last } }) });
        let begun = '';
        for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const blocks = `${begun}${chunk}`.split('\n\n');
          begun = blocks.pop() ?? '';
          for (const block of blocks.filter((candidate) => /^event:/m.test(candidate))) {
            last = /^id: (\S+)$/m.exec(block)?.[1] ?? last;
            waitMs = 1_000;
            this.#missed = true;
            this.#wake();
          }
        }
      } catch {
        // Followers read lists anyway; a stream only makes it sooner.
      }
      if (!signal.aborted) await rest(waitMs, signal);
    }
  }
}
