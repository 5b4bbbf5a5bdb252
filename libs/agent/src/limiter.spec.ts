import { AdaptiveLimit } from './limiter.ts';
import { ModelError } from './model-error.ts';

const SIGNAL = new AbortController().signal;

/** An endpoint with a few slots that refuses what is beyond them. */
function endpoint(slots: number): { call: () => Promise<void>; most: () => number } {
  let running = 0;
  let most = 0;
  return {
    most: () => most,
    async call() {
      running += 1;
      most = Math.max(most, running);
      try {
        await Promise.resolve();
        if (running > slots) throw new ModelError('rate', 'too many');
        await new Promise((resolve) => setImmediate(resolve));
      } finally {
        running -= 1;
      }
    },
  };
}

describe('a learned limit', () => {
  it('brings a hundred waiting calls through an endpoint of four slots', async () => {
    const limit = new AdaptiveLimit(32);
    const { call } = endpoint(4);
    const persistent = async (): Promise<void> => {
      for (;;) {
        try {
          return await limit.run(call, SIGNAL);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      }
    };

    await Promise.all(Array.from({ length: 100 }, persistent));

    expect(limit.limit).toBeLessThanOrEqual(6);
    expect(limit.limit).toBeGreaterThanOrEqual(2);
  });

  it('never lets more calls run than it allows', async () => {
    const limit = new AdaptiveLimit(3);
    const { call, most } = endpoint(100);

    await Promise.all(Array.from({ length: 40 }, () => limit.run(call, SIGNAL)));

    expect(most()).toBe(3);
  });

  it('takes a call that is called off out of the queue', async () => {
    const limit = new AdaptiveLimit(1);
    const gate = Promise.withResolvers<void>();
    const first = limit.run(() => gate.promise, SIGNAL);
    const off = new AbortController();
    const second = limit.run(() => Promise.resolve('second'), off.signal);
    const third = limit.run(() => Promise.resolve('third'), SIGNAL);

    off.abort(new Error('called off'));
    gate.resolve();

    await expect(second).rejects.toThrow('called off');
    expect(await third).toBe('third');
    await first;
  });
});
