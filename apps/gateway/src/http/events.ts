import { HttpProblem, principalOf } from '@mle-smith/service';
import type { NumberedProgress, ProgressFeed } from '../progress-feed.ts';
import type { Handlers } from './mount.ts';
import { Places } from './places.ts';

const MOST_STREAMS = 200;
/** What may wait for a slow reader; then it is cut, and comes back with `Last-Event-ID`. */
const MOST_WAITING_BYTES = 256 * 1024;

/** Server-sent events of progress, until the reader goes or the process stops. */
export function eventHandlers(feed: ProgressFeed, { beatMs, closing }: { beatMs: number; closing: () => AbortSignal }): Handlers<'events'> {
  const places = new Places({ what: 'streams of events are open', most: MOST_STREAMS, retrySeconds: 10 });
  return {
    async events({ query, request, response }) {
      if (closing().aborted) throw new HttpProblem('shutting_down', 'this process is stopping');
      const leave = places.take(principalOf(response).name);
      const write = (text: string): void => {
        if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
        else response.write(text);
      };
      const send = ({ id, progress }: NumberedProgress): void => {
        if (query.dataset === undefined || progress.dataset === query.dataset) write(`id: ${id}\nevent: progress\ndata: ${JSON.stringify(progress)}\n\n`);
      };
      response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      write('retry: 2000\n\n');
      const last = request.get('last-event-id');
      const missed = last === undefined ? [] : feed.since(last);
      if (missed === undefined) write('event: reset\ndata: {}\n\n');
      else missed.forEach(send);
      const deaf = feed.listen(send);
      const beat = setInterval(() => write(': beat\n\n'), beatMs);
      // Nothing may follow an end, and of a reader that is slow the end is not over for a while.
      const end = (): void => {
        deaf();
        clearInterval(beat);
        response.end();
      };
      closing().addEventListener('abort', end);
      response.once('close', () => {
        leave();
        deaf();
        clearInterval(beat);
        closing().removeEventListener('abort', end);
      });
    },
  };
}
