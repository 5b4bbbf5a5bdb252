import { overheadIn, type Round } from './overhead-in.ts';

/** A round of a machine that is so many times as slow as another one. */
function round(slow: number, more = 0): Round {
  const took = (seconds: number, cpuSeconds: number) => ({ tasks: 60, seconds: seconds * slow, cpuSeconds, logBytes: 0 });
  return { off: took(60, 6), on: took(63 + more, 6.6), dead: took(60, 6.3) };
}

describe('the overhead of telemetry', () => {
  it('is told by ratios within a round, so that a machine that is slow for a while says nothing', () => {
    const { on, dead } = overheadIn([round(1), round(7), round(2)]);

    expect(on.slowerPercent).toEqual({ middle: 4.76, from: 4.76, to: 4.76 });
    expect(dead.slowerPercent).toEqual({ middle: 0, from: 0, to: 0 });
  });

  it('comes with what half of the rounds lie between', () => {
    const { slowerPercent } = overheadIn([round(1), round(1, 2), round(1, 5), round(1, 12)]).on;

    expect(slowerPercent.from).toBeLessThan(slowerPercent.middle);
    expect(slowerPercent.to).toBeGreaterThan(slowerPercent.middle);
  });

  it('is also processor time for a task, beside what it takes without', () => {
    const { tasksPerMinute, cpuMs, on, dead } = overheadIn([round(1)]);

    expect([tasksPerMinute, cpuMs, on.cpuMs.middle, dead.cpuMs.middle]).toEqual([60, 100, 10, 5]);
  });
});
