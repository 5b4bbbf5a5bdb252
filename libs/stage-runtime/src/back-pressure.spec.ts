import { BackPressure } from './back-pressure.ts';

describe('back-pressure', () => {
  it('holds above the high mark, and lets go at the low one only', async () => {
    const notices: string[] = [];
    let depth = 0;
    let open = true;
    const pressure = new BackPressure({
      marks: { low: 10, high: 20 },
      depth: async () => depth,
      hold: () => (open = false),
      letGo: () => (open = true),
      onNotice: (notice) => notices.push(`${notice.kind} at ${notice.depth}`),
    });

    const seen: boolean[] = [];
    for (depth of [5, 20, 21, 15, 25, 11, 10, 15, 20]) {
      await pressure.look();
      seen.push(open);
    }

    expect(seen).toEqual([true, true, false, false, false, false, true, true, true]);
    expect(notices).toEqual(['paused at 21', 'resumed at 10']);
  });

  it('looks by itself when so many were taken in that the queue may be full', async () => {
    let depth = 15;
    let looks = 0;
    let open = true;
    const pressure = new BackPressure({
      marks: { low: 10, high: 20 },
      depth: async (most) => ((looks += 1), Math.min(depth, most)),
      hold: () => (open = false),
      letGo: () => (open = true),
    });

    const seen: number[] = [];
    for (; open; depth += 1) {
      await pressure.taken();
      seen.push(looks);
    }

    expect(depth).toBe(22);
    expect(seen).toEqual([1, 1, 1, 1, 1, 1, 2]);
  });

  it('refuses marks that are the wrong way round', () => {
    const options = { depth: async () => 0, hold: () => undefined, letGo: () => undefined };

    expect(() => new BackPressure({ ...options, marks: { low: 2, high: 2 } })).toThrow('low');
  });
});
