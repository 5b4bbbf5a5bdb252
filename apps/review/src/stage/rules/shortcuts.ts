import { AUDIT, fault, openRules, rulePlace, support, type Judge } from '../claim.ts';
import { at, cite, listAt, textAt } from '../sources.ts';
import { hasContent, quickModel } from './quick-model.ts';

const DIMENSION = 'shortcut_resistance';
const DERIVATIONS = at(AUDIT, 'audit', 'leakage', 'derivations');
const TEXT_COPIES = at(AUDIT, 'audit', 'leakage', 'textCopies');

/** Neither the answer nor a proxy of it can be seen. */
export const judgeShortcuts: Judge = (sources, { suspect }) => {
  const model = quickModel(sources);
  const strongest = model?.strongest;
  const examined = textAt(sources, rulePlace('S14', 'status')) === 'passed';
  const formulas = listAt(sources, DERIVATIONS);
  return [
    ...openRules(sources, DIMENSION, { A02: 2, A05: 2, L02: 2, S03: 2, S04: 2, S09: 2, S10: 2, S11: 2, S13: 2, S14: 2 }),
    ...fault(DIMENSION, 3, formulas.length > 0, 'the target can be recomputed from the inputs', cite(sources, at(DERIVATIONS, '0')), {
      category: 'S',
      suggestion: 'leave the columns out',
    }),
    ...(model === undefined || strongest === undefined
      ? []
      : fault(
          DIMENSION,
          1,
          strongest.score > suspect[model.scale],
          `${strongest.column} alone reaches ${model.scale} ${strongest.score}`,
          cite(sources, strongest.place),
          { category: 'S', owner: 'none', suggestion: 'make sure that the column is known in time' },
        )),
    ...(examined && strongest !== undefined
      ? support(
          DIMENSION,
          `the strongest input alone, ${strongest.column}, reaches ${model?.scale ?? ''} ${strongest.score}; no formula gives the target`,
          cite(sources, strongest.place, rulePlace('S14', 'status'), rulePlace('S03', 'status')),
        )
      : []),
    ...(examined && hasContent(sources)
      ? support(DIMENSION, 'texts of the test data are no copies of training texts', cite(sources, TEXT_COPIES, rulePlace('S03', 'status')))
      : []),
  ];
};
