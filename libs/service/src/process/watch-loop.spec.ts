import { setTimeout as rest } from 'node:timers/promises';
import { watchLoop } from './watch-loop.ts';

const usual = performance.now;

describe('the watch over an event loop', () => {
  afterEach(() => void (performance.now = usual));

  it('tells once how long it stood still, and nothing while it turns', async () => {
    let [now, looks] = [0, 0];
    performance.now = () => {
      looks += 1;
      return now;
    };
    const looked = async (times: number): Promise<void> => {
      for (const until = looks + times; looks < until;) await rest(1);
    };
    const told: unknown[] = [];
    const end = watchLoop({ write: (code, data) => void told.push(code, data) }, 100, 5);

    await looked(3);
    now += 104;
    await looked(3);
    const turning = [...told];
    now += 155;
    await looked(3);
    end();

    expect(turning).toEqual([]);
    expect(told).toEqual(['service.loop_blocked', { blockedMs: 150 }]);
  });
});
