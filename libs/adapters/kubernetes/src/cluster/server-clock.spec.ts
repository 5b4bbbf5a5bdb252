import type { ClusterNotice } from '@mle-smith/contracts';
import { ServerClock } from './server-clock.ts';

const SERVER = Date.parse('2026-03-01T12:00:00Z');
const at = (skewMs: number): { clock: ServerClock; notices: ClusterNotice[] } => {
  const notices: ClusterNotice[] = [];
  return {
    clock: new ServerClock(
      () => SERVER - skewMs,
      (notice) => void notices.push(notice),
    ),
    notices,
  };
};
const told = new Date(SERVER).toUTCString();

describe('the clock of the cluster', () => {
  it.each([-600_000, 600_000])('is told from one that is wrong by %d ms, with one warning', (skewMs) => {
    const { clock, notices } = at(skewMs);

    clock.told(told, 10);
    clock.told(told, 10);

    expect(Math.abs(clock.now() - SERVER)).toBeLessThan(1_000);
    expect(notices).toMatchObject([{ kind: 'clock_skew' }]);
  });

  it('is this machine’s where they agree', () => {
    const { clock, notices } = at(1_000);

    clock.told(told, 10);

    expect(clock.now()).toBe(SERVER - 1_000);
    expect(notices).toEqual([]);
  });

  it('is not read from replies that were long on their way, or have no date', () => {
    const { clock } = at(60_000);

    clock.told(told, 10_000);
    clock.told(undefined, 10);
    clock.told('never', 10);

    expect(clock.now()).toBe(SERVER - 60_000);
  });
});
