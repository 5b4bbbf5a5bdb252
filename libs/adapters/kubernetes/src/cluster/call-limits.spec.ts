import { Places, TokenBucket } from './call-limits.ts';

describe('the rate of calls', () => {
  it('is a burst, and then so many a second', async () => {
    let now = 0;
    const bucket = new TokenBucket(
      20,
      30,
      () => now,
      async (ms) => void (now += ms),
    );
    const times: number[] = [];

    await Promise.all(Array.from({ length: 110 }, () => bucket.take().then(() => times.push(now))));

    expect(times.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 0));
    expect(times.at(-1)).toBe(80 * 50);
  });

  it('is no larger after a rest', async () => {
    let now = 0;
    const bucket = new TokenBucket(
      20,
      30,
      () => now,
      async (ms) => void (now += ms),
    );
    now = 3_600_000;

    await Promise.all(Array.from({ length: 50 }, () => bucket.take()));

    expect(now).toBe(3_600_000 + 20 * 50);
  });
});

describe('places', () => {
  it('are given in the order of asking, each once', async () => {
    const places = new Places(2);
    const first = await places.take();
    await places.take();
    const order: string[] = [];
    const third = places.take().then((free) => (order.push('third'), free));
    const fourth = places.take().then((free) => (order.push('fourth'), free));

    first();
    first();
    const free = await third;

    expect(order).toEqual(['third']);
    free();
    await fourth;
    expect(order).toEqual(['third', 'fourth']);
  });

  it('are not lost to who stops waiting', async () => {
    const places = new Places(1);
    const free = await places.take();
    const leaving = new AbortController();
    const gone = places.take(leaving.signal);
    const next = places.take();

    leaving.abort(new Error('enough'));
    free();

    await expect(gone).rejects.toThrow('enough');
    (await next)();
    expect(places.full).toBe(false);
  });
});
