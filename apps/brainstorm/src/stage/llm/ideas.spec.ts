import type { Profile } from '@mle-smith/contracts';
import { complaintsOf, type Idea } from './ideas.ts';

const column = (name: string, part: object = {}): unknown => ({
  name,
  type: 'numeric',
  storage: 'float',
  rows: 300,
  missing: 0,
  distinct: 200,
  top: [],
  ...part,
});
const two = [
  { value: 'no', count: 200 },
  { value: 'yes', count: 100 },
];
const PROFILE = {
  tables: [
    {
      name: 'cars',
      columns: [
        column('mpg'),
        column('maker', { storage: 'string', distinct: 5, top: [1, 2, 3, 4, 5].map((value) => ({ value: `m${value}`, count: 60 })) }),
        column('sold', { storage: 'string', distinct: 2, top: two }),
        column('doors', { storage: 'integer', min: 2, distinct: 3 }),
        column('owner', { storage: 'string', distinct: 290 }),
        column('country', { distinct: 1 }),
      ],
    },
  ],
} as unknown as Profile;

const GOOD: Idea = {
  table: 'cars',
  target: 'mpg',
  objective: 'regression',
  positive: null,
  title: 'Consumption',
  question: 'How far does it go?',
  user: 'a maker',
  decision: 'what to build',
  momentOfPrediction: 'before it is built',
  leaveOut: [],
  unseen: ['maker'],
  attack: 'none',
};

describe('the check of formulations', () => {
  it('finds nothing against questions that the data can carry', () => {
    const formulations = [
      GOOD,
      { ...GOOD, target: 'sold', objective: 'binary' as const, positive: 'yes' },
      { ...GOOD, target: 'maker', objective: 'multiclass' as const },
      { ...GOOD, target: 'doors', objective: 'count' as const },
    ];

    expect(complaintsOf({ formulations }, PROFILE, 4)).toEqual([]);
  });

  it.each<[string, Partial<Idea>, string]>([
    ['a table that is not there', { table: 'boats' }, 'there is no table boats; there are cars'],
    ['a target that is not there', { target: 'price' }, 'cars has no column price'],
    ['a constant target', { target: 'country' }, 'country is constant'],
    ['an input that is not there', { leaveOut: [{ column: 'gone', reason: '' }] }, 'cars has no column gone'],
    ['a target that is left out', { leaveOut: [{ column: 'mpg', reason: '' }] }, 'mpg is asked for and left out'],
    ['yes and no of many values', { objective: 'binary' }, 'mpg has 200 values, so it is not binary'],
    ['a yes that does not occur', { target: 'sold', objective: 'binary', positive: 'Yes' }, 'positive of sold must be one of "no", "yes"'],
    ['a number of words', { target: 'maker' }, 'maker holds no numbers, so it is no regression'],
    ['a count of fractions', { objective: 'count' }, 'mpg holds no counts'],
    ['classes without end', { target: 'owner', objective: 'multiclass' }, 'owner has 290 values, which is not a handful of classes'],
  ])('tells %s', (_, change, complaint) => {
    expect(complaintsOf({ formulations: [{ ...GOOD, ...change }] }, PROFILE, 4)).toContain(complaint);
  });

  it('tells the same question asked twice, and more than were asked for', () => {
    expect(complaintsOf({ formulations: [GOOD, GOOD] }, PROFILE, 1)).toEqual(['mpg of cars is asked for twice', '2 formulations are more than 1']);
  });
});
