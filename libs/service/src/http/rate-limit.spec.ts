import { createRateLimit } from './rate-limit.ts';

function limitAt(options: { burst: number; perSecond: number; callers?: number }): { limit: (caller: string) => number; pass: (ms: number) => void } {
  let now = 0;
  return { limit: createRateLimit({ callers: 100, ...options, now: () => now }), pass: (ms) => void (now += ms) };
}

describe('the rate limit', () => {
  it('takes a burst, then as many as come a second, and says how long to wait', () => {
    const { limit, pass } = limitAt({ burst: 2, perSecond: 0.5 });

    const first = [limit('a'), limit('a'), limit('a')];
    pass(2_000);
    const later = [limit('a'), limit('a')];

    expect(first).toEqual([0, 0, 2]);
    expect(later).toEqual([0, 2]);
  });

  it('never saves up more than a burst', () => {
    const { limit, pass } = limitAt({ burst: 2, perSecond: 10 });

    limit('a');
    pass(3_600_000);

    expect([limit('a'), limit('a'), limit('a') > 0]).toEqual([0, 0, true]);
  });

  it('keeps callers apart, and remembers a bounded number of them', () => {
    const { limit } = limitAt({ burst: 1, perSecond: 0.001, callers: 2 });

    limit('a');
    limit('b');
    const still = limit('a');
    limit('c');

    expect(still).toBeGreaterThan(0);
    expect(limit('b')).toBe(0);
  });
});
