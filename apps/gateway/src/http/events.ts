import { HttpProblem } from '@mle-smith/service';
import type { NumberedProgress, ProgressFeed } from '../progress-feed.ts';
import type { Handlers } from './mount.ts';

const MOST_STREAMS = 200;
/** What may wait for a slow reader; then it is cut, and comes back with `Last-Event-ID`. */
const MOST_WAITING_BYTES = 256 * 1024;

/** Server-sent events of progress, until the reader goes or the process stops. */
export function eventHandlers(feed: ProgressFeed, { beatMs, closing }: { beatMs: number; closing: () => AbortSignal }): Handlers<'events'> {
  let streams = 0;
  return {
    async events({ query, request, response }) {
      if (streams >= MOST_STREAMS) throw new HttpProblem('unavailable', 'too many streams of events are open', { headers: { 'Retry-After': '10' } });
      if (closing().aborted) throw new HttpProblem('shutting_down', 'this process is stopping');
      streams += 1;
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
      const end = (): void => void response.end();
      closing().addEventListener('abort', end);
      response.once('close', () => {
        streams -= 1;
        deaf();
        clearInterval(beat);
        closing().removeEventListener('abort', end);
      });
    },
  };
}
