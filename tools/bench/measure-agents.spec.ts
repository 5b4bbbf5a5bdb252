import { bestSpeedup, timeOpen, type AgentFigures } from './measure-agents.ts';

describe('the figures of agents', () => {
  it.each([
    [[], 0],
    [[0, 5], 2],
    [[0, 0.5], 1.5],
    [[7, 0, 0.25, 0.5], 2.5],
  ])('calls that began at %j and took 1 each were open for %d', (starts, open) => {
    expect(timeOpen(starts, 1)).toBe(open);
  });

  it('bound the speed-up by tasks where cores are idle, and by cores where they are not', () => {
    const figures = { one: { tasks: 2, wallSeconds: 90, modelSeconds: 20, cpuSeconds: 20 }, eight: { tasks: 8, cpuSeconds: 80 } } as AgentFigures;

    expect([2, 4, 16].map((cores) => bestSpeedup(figures, cores))).toEqual([4, 8, 8]);
  });
});
