import { AFTER, BEFORE, EVENT, NEVER_TARGET, OUTCOME, VOICE, WATCHED, words } from './cues.ts';

const isAfter = (name: string): boolean => AFTER.name.test(words(name)) && !BEFORE.test(words(name));
const worth = (name: string): number => Math.max(0, ...OUTCOME.filter((cue) => cue.pattern.test(words(name))).map((cue) => cue.weight));

describe('cues in names', () => {
  it.each(['duration', 'futime', 'close_date', 'resolvedAt', 'deathDate', 'final_result', 'ended', 'followUp', 'votes', 'guzzler'])(
    '%s is known afterwards',
    (name) => {
      expect(isAfter(name)).toBe(true);
    },
  );

  it.each(['age', 'poutcome', 'previous_duration', 'birthDate', 'months_as_customer', 'engine_displacement', 'prior_outcome'])('%s is not', (name) => {
    expect(isAfter(name)).toBe(false);
  });

  it.each(['year', 'zip_code', 'customer_id', 'euribor3m', 'marital', 'split', 'latitude', 'neighborhood'])('%s is never asked for', (name) => {
    expect(NEVER_TARGET.some((cue) => cue.pattern.test(words(name)))).toBe(true);
  });

  it.each([
    ['churn', 5],
    ['Sale_Price', 4],
    ['comb_mpg', 5],
    ['survived', 5],
    ['colour', 0],
    ['y', 5],
    ['yield', 4],
  ])('%s is worth %d', (name, weight) => {
    expect(worth(name)).toBe(weight);
  });

  it('knows the events that end a story', () => {
    expect(['churn', 'survived', 'is_fraud'].every((name) => EVENT.test(words(name)))).toBe(true);
    expect(EVENT.test(words('leftover_stock'))).toBe(false);
  });

  it('knows who is heard by the name of the column, and takes no other name for it', () => {
    expect(['speaker', 'speakerName', 'singer_id', 'caller'].every((name) => VOICE.test(words(name)))).toBe(true);
    expect(['name', 'loudspeaker', 'speaker_age', 'speaker_sex', 'author'].some((name) => VOICE.test(words(name)))).toBe(false);
  });

  it('knows what is watched for what it will be, which is no outcome of its own instant', () => {
    expect(['pressure', 'oilTemperature', 'heart_rate'].every((name) => WATCHED.test(words(name)))).toBe(true);
    expect(['pressure', 'oilTemperature', 'heart_rate'].map(worth)).toEqual([0, 0, 0]);
    expect(WATCHED.test(words('hurricane_force_diameter'))).toBe(false);
  });

  it('splits names of every habit into words', () => {
    expect(['salePrice', 'Sale_Price', 'sale.price', 'SALE-PRICE'].map(words)).toEqual(['sale price', 'sale price', 'sale price', 'sale price']);
  });
});
