import { CliError } from '../cli-error.ts';
import { patiently } from './patience.ts';

const away = (code: string) => new CliError(code, 'gone');

describe('waiting for a server that is away', () => {
  it('tells of it once, and gives what comes when it is back', async () => {
    const faults = [away('server_unreachable'), away('unavailable')];
    let told = 0;
    const work = async (): Promise<string> => {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return 'here';
    };

    expect(await patiently(work, { onSilence: () => (told += 1), longestMs: 60_000, signal: new AbortController().signal })).toBe('here');
    expect(told).toBe(1);
  });

  it('ends with the fault of the server where it stays away', async () => {
    const work = (): Promise<never> => Promise.reject(away('server_unreachable'));

    await expect(patiently(work, { onSilence: () => undefined, longestMs: 1, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'server_unreachable',
    });
  });

  it('ends at once with a fault that does not pass, and when it is stopped', async () => {
    const stop = new AbortController();
    let told = 0;

    await expect(
      patiently(() => Promise.reject(away('forbidden')), { onSilence: () => (told += 1), longestMs: 60_000, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(told).toBe(0);

    await expect(
      patiently(() => Promise.reject(away('server_unreachable')), { onSilence: () => stop.abort(), longestMs: 60_000, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'server_unreachable' });
  });
});
