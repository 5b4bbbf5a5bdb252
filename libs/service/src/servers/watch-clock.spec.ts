import { watchClock } from './watch-clock.ts';

const NOW = Date.UTC(2026, 0, 1);

/** What is told of a clock that is so far ahead when the store says that it is `NOW`. */
async function told(aheadMs: number, storeNow: () => Promise<number> = async () => NOW): Promise<unknown[]> {
  const lines: unknown[] = [];
  const stop = new AbortController();
  const watching = watchClock(storeNow, { write: (code, data) => void lines.push(code, data) }, stop.signal, () => NOW + aheadMs);
  await new Promise(setImmediate);
  stop.abort();
  await watching;
  return lines;
}

describe('the watch over the clock', () => {
  it.each([600_000, -600_000])('tells that this machine is far from the store (%i ms)', async (aheadMs) => {
    expect(await told(aheadMs)).toEqual(['store.clock_skew', { skewMs: aheadMs }]);
  });

  it('says nothing of seconds, nor where the store does not answer', async () => {
    expect(await told(5_000)).toEqual([]);
    expect(await told(600_000, () => Promise.reject(new Error('away')))).toEqual([]);
  });
});
