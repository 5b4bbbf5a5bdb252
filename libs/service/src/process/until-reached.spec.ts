import type { Log, LogCodeName } from '@mle-smith/telemetry';
import { untilReached } from './until-reached.ts';

const AWAY = Object.assign(new Error('nobody listens'), { code: 'ECONNREFUSED' });

function listener(): { readonly log: Log; readonly said: LogCodeName[] } {
  const said: LogCodeName[] = [];
  return { said, log: { write: (code: LogCodeName) => said.push(code) } as unknown as Log };
}

describe('a service that waits for a server', () => {
  it('says once that it waits, asks again, and gives what it gets', async () => {
    const { log, said } = listener();
    let tries = 0;
    const open = async (): Promise<string> => {
      tries += 1;
      if (tries < 3) throw AWAY;
      return 'open';
    };

    expect(await untilReached('kafka', open, log, new AbortController().signal)).toBe('open');
    expect(said).toEqual(['service.not_ready']);
  });

  it('does not wait for what will not come', async () => {
    const wrong = Object.assign(new Error('no such topic'), { code: 'bus_topic_missing' });

    await expect(untilReached('kafka', () => Promise.reject(wrong), listener().log, new AbortController().signal)).rejects.toBe(wrong);
  });

  it('ends at once when it is told to, though the server never answers', async () => {
    const stop = new AbortController();

    const waiting = untilReached('kafka', () => new Promise(() => undefined), listener().log, stop.signal);
    stop.abort();

    await expect(waiting).rejects.toMatchObject({ code: 'stopped' });
  });
});
