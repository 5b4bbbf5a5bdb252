import type { DesignFacts } from '@mle-smith/package';
import { ratingsOf, type Plan } from './plan.ts';

type Candidates = NonNullable<DesignFacts['candidates']>;

/** What a row of a ranking is, how many there are of each kind, and what alone can tell them apart: as drawn, not as meant. Rule L12 reads the counts back. */
export function candidatesSection(plan: Plan, { candidates }: DesignFacts): string[] {
  const { ratings, objective } = plan.proposal;
  if (objective !== 'ranking' || ratings === undefined || candidates === undefined) return [];
  const { user, item } = ratingsOf(plan, ratings);
  const target = `\`${plan.proposal.target.name}\``;
  return [
    '## Candidates',
    `A row is a pair of a user (\`${user}\`) and an item (\`${item}\`). ${target} is 1 for the pairs that are in the source and 0 for pairs that are not: for these the items were exchanged at random among the users, within \`train.csv\` and within \`test.csv\`. No pair is in both files. ${counted(candidates, 'train')} ${counted(candidates, 'test')}`,
    ...evenness(candidates),
    '',
  ];
}

function counted(candidates: Candidates, side: 'train' | 'test'): string {
  const { met, others } = candidates[side];
  return `Of the rows of \`${side}.csv\`, ${met} have 1 and ${others} have 0.`;
}

/** How many times as often each user and each item comes with 0 as with 1. */
function evenness(candidates: Candidates): string[] {
  const [train, test] = [ratio(candidates.train), ratio(candidates.test)];
  const told = 'Neither how active a user is nor how popular an item is tells the answer; whether the two go together does.';
  if (test === undefined) return (['train', 'test'] as const).map((side) => `In \`${side}.csv\` ${spread(candidates[side])}.`);
  if (train === test) return [`In both files every user and every item comes exactly ${times(test)} as often with 0 as with 1. ${told}`];
  return [
    `In \`test.csv\` every user and every item comes exactly ${times(test)} as often with 0 as with 1. ${told}`,
    `In \`train.csv\` it is otherwise, for want of pairs that are not in the source: there ${spread(candidates.train)}. So the shares of 1 among the training rows of a user or an item say nothing of the test rows.`,
  ];
}

/** The one ratio of all users and items of a file; undefined where they differ. */
function ratio({ user, item }: Candidates['train']): number | undefined {
  const all = [...(user ?? []), ...(item ?? [])];
  return all.length === 4 && all.every((each) => each === all[0]) ? all[0] : undefined;
}

function spread({ user, item }: Candidates['train']): string {
  const range = (of: readonly [number, number] | null): string =>
    of === null ? 'never with 1' : `${of[0] === of[1] ? times(of[0]) : `${of[0]} to ${of[1]} times`} as often with 0 as with 1`;
  return `a user comes ${range(user)}, an item ${range(item)}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
