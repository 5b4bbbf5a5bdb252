import { setTimeout as rest } from 'node:timers/promises';
import { watchLoop } from './watch-loop.ts';

describe('the watch over an event loop', () => {
  it('tells once how long it stood still, and nothing while it turns', async () => {
    const told: unknown[] = [];
    const end = watchLoop({ write: (code, data) => void told.push(code, data) }, 100, 5);

    await rest(30);
    const turning = [...told];
    const until = performance.now() + 150;
    while (performance.now() < until);
    await rest(10);
    end();

    expect(turning).toEqual([]);
    expect(told).toEqual(['service.loop_blocked', { blockedMs: expect.any(Number) }]);
    expect((told[1] as { blockedMs: number }).blockedMs).toBeGreaterThanOrEqual(100);
  });
});
