import { AUDIT, fault, openRules, passedRules, support, type Judge } from '../claim.ts';
import { at, cite, numberAt } from '../sources.ts';

const DIMENSION = 'data_quality';
const COPIES = at(AUDIT, 'audit', 'leakage', 'copies', 'share');
/** Share of test rows with the inputs of a training row from which hardly a row is new. */
const MOSTLY = 0.5;

/** Clean rows and labels on both sides. */
export const judgeQuality: Judge = (sources) => {
  const share = numberAt(sources, COPIES);
  return [
    ...openRules(sources, DIMENSION, { L04: 2, S06: 2, S07: 1, S16: 1, S18: 1, S21: 1, S22: 2, S23: 2, S24: 2, S27: 1 }),
    ...fault(
      DIMENSION,
      1,
      (share ?? 0) > MOSTLY,
      `${Math.round((share ?? 0) * 100)} % of the test rows have inputs that training rows have too`,
      cite(sources, COPIES),
      { category: 'S', suggestion: 'keep copies on one side' },
    ),
    ...passedRules(sources, DIMENSION, ['S24', 'S22', 'S06']),
    ...(share === undefined
      ? []
      : support(DIMENSION, `${(share * 100).toFixed(1)} % of the test rows repeat the inputs of a training row`, cite(sources, COPIES))),
  ];
};
