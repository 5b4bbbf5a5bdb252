import type { ColumnProfile } from '@mle-smith/contracts';
import type { Followed } from './ahead.ts';
import { words } from './cues.ts';

/** Who acts on what is coming, by what comes. */
const PURPOSES: readonly { readonly pattern: RegExp; readonly user: string; readonly decision: string }[] = [
  { pattern: /\b(wind|storm|rain\w*|flood|water level)\b/, user: 'those who warn of the weather', decision: 'whom to warn while there is still time' },
  {
    pattern: /\b(vibration|temperature|voltage|flow|turbidity)\b/,
    user: 'those who keep something running',
    decision: 'when to step in before it fails or is spoilt',
  },
  { pattern: /\b(glucose|heart rate|oxygen saturation)\b/, user: 'those who care for patients', decision: 'whom to look after first' },
  {
    pattern: /\b(salary|wage|income|price|revenue|sales|cost|profit)\b/,
    user: 'those who plan a budget',
    decision: 'how much to set aside before it is agreed on',
  },
];

/** The question of a value some time ahead, in words. */
export function aheadQuestion(input: { followed: Followed; target: ColumnProfile; present: string; about: string | undefined }): {
  title: string;
  question: string;
  user: string;
  decision: string;
  momentOfPrediction: string;
} {
  const { followed, target, present } = input;
  const name = words(present);
  const purpose = PURPOSES.find(({ pattern }) => pattern.test(`${name} ${(target.description ?? '').toLowerCase()}`));
  const data = input.about === undefined ? '' : ` The data: ${input.about}.`;
  const whose = followed.keys.map(words).join(' and ');
  return {
    title: `Estimating ${name} ${followed.span} ahead`,
    question: `Given what is known of something that is followed through time (told by ${whose}) at one instant and before, predict its ${name} ${followed.span} after that instant (${target.description ?? name}), for those that are still recorded then.${data}`,
    user: purpose?.user ?? 'those who act on what is coming',
    decision: purpose?.decision ?? 'what to prepare for',
    momentOfPrediction: `at the instant of the row: what was recorded up to then is known, ${name} itself included, and nothing later`,
  };
}
