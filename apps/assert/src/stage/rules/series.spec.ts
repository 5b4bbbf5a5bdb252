import { AssertConfig } from '../../config.ts';
import type { Facts, Measurements } from '../measurements.ts';
import { SPLIT_RULES } from './split.ts';

type Split = NonNullable<Measurements['audit']['split']>;
type InSeries = NonNullable<Split['series']>;

const SOUND: InSeries = { series: 20, cold: 0, leastSeasons: 4, late: 0, ahead: 12, repeated: 0, blocks: null, varying: [], scales: true };

/** The verdict of a rule on a panel of 20 shops, with one thing changed. */
function verdict(rule: string, change: Partial<InSeries> = {}): { status: string; message: string | undefined; repair: unknown } {
  const split = {
    rows: { train: 960, test: 240, answers: 240, sample: 240 },
    target: { distinct: 900, null: { train: 0, answers: 0 }, unknown: [] },
    groups: null,
    time: { column: 'month', lastTrain: '2018-12-01', firstTest: '2019-01-01', ordered: true },
    series: { ...SOUND, ...change },
  } as unknown as Split;
  const manifest = {
    series: { time: 'month', keys: ['shop'], season: 12, horizon: 12 },
    split: { kind: 'temporal' },
    lineage: {},
    ledger: [
      { column: 'month_part', availability: 'before' },
      { column: 'Visitors', availability: 'after' },
    ],
    columns: [
      { name: 'month_part', raw: 'month_part' },
      { name: 'visitors', raw: 'Visitors' },
    ],
  } as unknown as Measurements['manifest'];
  const facts = { objective: 'forecast', target: 'sales', metric: 'mase' } as unknown as Facts;
  const judged = SPLIT_RULES.find(({ id }) => id === rule)?.judge({ manifest, audit: { split, facts } } as unknown as Measurements, AssertConfig.parse({}));
  return { status: judged?.status ?? 'no such rule', message: judged?.message, repair: judged?.repair };
}

describe('the rules of a forecast', () => {
  it.each(['S09', 'S16', 'S20'])('%s passes a sound panel', (rule) => {
    expect(verdict(rule).status).toBe('passed');
  });

  it.each<[string, Partial<InSeries>, string]>([
    ['a training row is as late as a test row', { late: 3 }, '3 training rows are as late as a test row'],
    ['an instant comes twice', { repeated: 2 }, '2 rows are of an instant that their series has already'],
    ['a series has less than two seasons', { leastSeasons: 1.5 }, 'a series has 1.5 seasons'],
    ['the answers do not name the series', { scales: false }, 'the answers do not give each series its name and one scale'],
  ])('S09 fails where %s', (_case, change, message) => {
    expect(verdict('S09', change)).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
  });

  it('S09 has inputs of the future taken out, by their raw names, and leaves the calendar in', () => {
    expect(verdict('S09', { varying: ['visitors', 'month_part'] })).toMatchObject({
      status: 'failed',
      repair: { action: 'drop_columns', columns: ['Visitors'] },
    });
    expect(verdict('S09', { varying: ['month_part'] }).status).toBe('passed');
  });

  it('S16 asks for the horizon that was declared, of which the source may lack the last instants', () => {
    expect([11, 12].map((ahead) => verdict('S16', { ahead }).status)).toEqual(['passed', 'passed']);
    expect([6, 13].map((ahead) => verdict('S16', { ahead }).status)).toEqual(['failed', 'failed']);
  });

  it('S20 counts series, and windows of time where series are few', () => {
    expect(verdict('S20', { series: 9 })).toMatchObject({ status: 'failed', message: '9 series are asked for; 10 are needed' });
    expect(verdict('S20', { series: 1, blocks: 12 }).status).toBe('passed');
    expect(verdict('S20', { series: 1, blocks: 6 })).toMatchObject({ status: 'failed', message: '6 windows are asked for; 10 are needed' });
  });
});
