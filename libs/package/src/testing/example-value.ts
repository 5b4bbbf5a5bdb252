import { Value } from '@mle-smith/contracts';

const CONTAMINATION = { level: 'private', evidence: '' } as const;

/** The `value` block of a verified task with the scores of its four rungs, from trivial to strong. */
export function exampleValue(
  [trivial, simple, standard, strong]: readonly [number, number, number, number],
  units: number,
  difficulty: Value['ladder_difficulty'] = 'standard',
): Value {
  const score = (value: number): Value['scores']['trivial'] => ({ rung: 'r', score: value, standardError: 0.01, seedSpread: 0 });
  return Value.parse({
    question: '',
    user: '',
    momentOfPrediction: '',
    scores: { trivial: score(trivial), simple: score(simple), standard: score(standard), strong: score(strong) },
    ladder_levels: 3,
    ladder_span: 9,
    effort_gain: 3,
    ladder_difficulty: difficulty,
    signal_to_noise: 30,
    agent_difficulty: null,
    discrimination: null,
    reward_anchors: { 0: trivial, 1: strong },
    test_units: { kind: 'row', count: units },
    excluded_columns: [],
    contamination: CONTAMINATION,
    traits: {},
    skills: [],
  });
}
