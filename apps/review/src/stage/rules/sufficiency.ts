import { AUDIT, fault, openRules, passedRules, support, type Judge } from '../claim.ts';
import { at, cite, listAt, numberAt, recordAt, textAt, type Sources } from '../sources.ts';

const DIMENSION = 'data_sufficiency';
const SPLIT = at(AUDIT, 'audit', 'split');
const TRAIN = at(SPLIT, 'rows', 'train');
const TEST = at(SPLIT, 'rows', 'test');
const MORE = { category: 'S', owner: 'none', suggestion: 'use a larger dataset' } as const;

/** Enough rows and labels to separate methods. */
export const judgeSufficiency: Judge = (sources, { labelled: limits, testUnits, rowsPerInput }) => {
  const [train, test] = [numberAt(sources, TRAIN), numberAt(sources, TEST)];
  const rules = openRules(sources, DIMENSION, { S08: 1, S17: 2, S20: 2 });
  if (train === undefined || test === undefined) return rules;
  const labelled = train + test;
  const inputs = Math.max(1, listAt(sources, at(SPLIT, 'columns', 'test')).length - 1);
  const rarest = rarestClass(sources);
  const rows = cite(sources, TRAIN, TEST);
  return [
    ...rules,
    ...fault(DIMENSION, labelled < limits.few ? 2 : 1, labelled < limits.some, `${labelled} labelled rows are few`, rows, MORE),
    ...(rarest === undefined
      ? fault(DIMENSION, 1, test < testUnits.rows, `${test} test rows tell only large differences apart`, rows, MORE)
      : fault(DIMENSION, 1, rarest.count < testUnits.rarestClass, `${rarest.count} test rows of the class ${rarest.label}`, cite(sources, rarest.place), MORE)),
    ...fault(
      DIMENSION,
      1,
      (numberAt(sources, at(SPLIT, 'groups', 'test')) ?? Infinity) < testUnits.groups,
      `the test data hold ${numberAt(sources, at(SPLIT, 'groups', 'test')) ?? 0} groups`,
      cite(sources, at(SPLIT, 'groups', 'test')),
      MORE,
    ),
    ...fault(DIMENSION, 1, train / inputs < rowsPerInput, `${train} training rows for ${inputs} inputs`, cite(sources, TRAIN), MORE),
    ...support(DIMENSION, `${train} training and ${test} test rows`, rows),
    ...passedRules(sources, DIMENSION, ['S20', 'S17']),
  ];
};

/** The class with the fewest test rows, of a task with classes. */
function rarestClass(sources: Sources): { label: string; count: number; place: string } | undefined {
  const objective = textAt(sources, at(AUDIT, 'audit', 'facts', 'objective'));
  if (objective !== 'binary' && objective !== 'multiclass') return undefined;
  const classes = at(SPLIT, 'target', 'classes');
  const counted = Object.keys(recordAt(sources, classes)).flatMap((label) => {
    const place = at(classes, label, 'test');
    const count = numberAt(sources, place);
    return count === undefined ? [] : [{ label, count, place }];
  });
  return counted.sort((one, other) => one.count - other.count)[0];
}
