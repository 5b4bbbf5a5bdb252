import type { SeriesProfile } from '@mle-smith/contracts';
import { BrainstormConfig } from '../../config.ts';
import { chooseSeries } from './series-choice.ts';

const CONFIG = BrainstormConfig.parse({}).series;
const QUARTER: SeriesProfile['step'] = { unit: 'month', size: 3 };
const DAY: SeriesProfile['step'] = { unit: 'second', size: 86_400 };

function profile(count: number, instants: number, step: SeriesProfile['step'], coverage = 1): SeriesProfile {
  const rows = Math.round(instants * coverage);
  return {
    time: 'when',
    keys: count === 1 ? [] : ['shop'],
    attributes: [],
    calendar: [],
    values: ['sales'],
    others: [],
    step,
    count,
    instants,
    length: { least: rows, median: rows },
    coverage,
  };
}

describe('season and horizon', () => {
  it.each([
    [QUARTER, 80, 4, 8],
    [{ unit: 'month' as const, size: 1 }, 120, 12, 12],
    [{ unit: 'month' as const, size: 12 }, 60, 1, 5],
    [{ unit: 'second' as const, size: 604_800 }, 260, 52, 13],
    [DAY, 700, 7, 28],
    [{ unit: 'second' as const, size: 3_600 }, 2_000, 24, 48],
    [{ unit: 'second' as const, size: 420 }, 500, 1, 8],
  ])('of a panel follow from the step %o', (step, instants, season, horizon) => {
    expect(chooseSeries(profile(50, instants, step), CONFIG)).toMatchObject({ series: { season, horizon } });
    expect(chooseSeries(profile(50, instants, step), CONFIG)).not.toHaveProperty('series.block');
  });

  it('takes no season for granted that was hardly seen, and asks for no more than a fifth of a series', () => {
    expect(chooseSeries(profile(50, 25, { unit: 'month', size: 1 }), CONFIG)).toMatchObject({
      series: { season: 1, horizon: 5, reason: expect.stringMatching(/fewer than 3 times a year.*a fifth/) as string },
    });
  });

  it('follows one series for at least ten windows of a season or of the usual horizon', () => {
    const choice = chooseSeries(profile(1, 2_964, DAY, 0.98), CONFIG);

    expect(choice).toMatchObject({ series: { season: 7, block: 28, horizon: 12 * 28 } });
  });

  it('takes shorter windows where a series is shorter, and refuses it where ten seasons would be most of it', () => {
    expect(chooseSeries(profile(1, 300, DAY), CONFIG)).toMatchObject({ series: { season: 7, block: 7, horizon: 10 * 7 } });
    expect(chooseSeries(profile(1, 144, { unit: 'month', size: 1 }), CONFIG)).toMatchObject({
      refused: expect.stringMatching(/one series of 144 monthly instants/) as string,
    });
  });

  it('refuses a panel that is too short for two seasons and a future', () => {
    expect(chooseSeries(profile(50, 12, QUARTER), CONFIG)).toMatchObject({ refused: expect.stringMatching(/too short/) as string });
  });
});
