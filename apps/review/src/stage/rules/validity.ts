import { MANIFEST, fault, openRules, passedRules, support, type Judge } from '../claim.ts';
import { at, cite, listAt, textAt, valueAt, type Sources } from '../sources.ts';
import { hasContent, quickModel } from './quick-model.ts';

const DIMENSION = 'task_validity';
const ASKED = ['question', 'user', 'decision', 'momentOfPrediction'] as const;

/** A real question whose inputs are known when the answer is wanted. */
export const judgeValidity: Judge = (sources, config) => {
  const model = quickModel(sources);
  const rules = openRules(sources, DIMENSION, { S19: 2, S26: 2, S28: 2 });
  const predictable =
    model === undefined || hasContent(sources)
      ? []
      : fault(
          DIMENSION,
          1,
          model.gain < config.leastGain,
          `the inputs say next to nothing: ${model.scale} ${model.best}, ${model.trivial} without them`,
          cite(sources, ...model.places),
          { category: 'X', owner: 'none', suggestion: 'ask for something that the inputs bear on' },
        );
  // A package without a manifest has no ledger: nobody can tell what is known in time.
  if (valueAt(sources, MANIFEST) === undefined) return [...rules, ...predictable];
  const blank = ASKED.filter((name) => textAt(sources, at(MANIFEST, 'question', name)).trim() === '');
  return [
    ...rules,
    ...predictable,
    ...fault(DIMENSION, 3, blank.length > 0, `nothing is said about: ${blank.join(', ')}`, cite(sources, at(MANIFEST, 'question')), {
      suggestion: 'name the user, the decision and the moment of prediction',
    }),
    ...ledger(sources),
    ...support(
      DIMENSION,
      `asked by ${textAt(sources, at(MANIFEST, 'question', 'user'))}, ${textAt(sources, at(MANIFEST, 'question', 'momentOfPrediction'))}`,
      cite(sources, at(MANIFEST, 'question', 'question'), at(MANIFEST, 'question', 'momentOfPrediction')),
    ),
    ...passedRules(sources, DIMENSION, ['S28']),
  ];
};

function ledger(sources: Sources): ReturnType<Judge> {
  const kept = listAt(sources, at(MANIFEST, 'ledger')).filter(
    (entry): entry is { column: string; availability: string } =>
      typeof entry === 'object' && entry !== null && 'kept' in entry && entry.kept === true && 'column' in entry && typeof entry.column === 'string',
  );
  const unknown = kept.filter((entry) => entry.availability === 'unknown').map((entry) => entry.column);
  const late = kept.filter((entry) => entry.availability === 'after').map((entry) => entry.column);
  const risks = listAt(sources, at(MANIFEST, 'question', 'risks'));
  const lines = (columns: readonly string[]): readonly string[] => columns.slice(0, 3).map((column) => at(MANIFEST, 'ledger', column, 'availability'));
  return [
    ...fault(DIMENSION, 3, late.length > 0, `known only after the moment of prediction: ${late.join(', ')}`, cite(sources, ...lines(late)), {
      category: 'S',
      suggestion: 'leave the columns out',
      repair: { action: 'drop_columns', columns: late },
    }),
    ...fault(
      DIMENSION,
      2,
      unknown.length > 0 && risks.length === 0,
      `it is not known when these are known, and no risk is stated: ${unknown.join(', ')}`,
      cite(sources, ...lines(unknown)),
      { category: 'S', suggestion: 'state the risk' },
    ),
    ...fault(
      DIMENSION,
      1,
      unknown.length > 0 && unknown.length > kept.length / 2,
      `for ${unknown.length} of ${kept.length} inputs it is not known when they are known`,
      cite(sources, ...lines(unknown)),
      { category: 'S', suggestion: 'find documentation for the columns' },
    ),
  ];
}
