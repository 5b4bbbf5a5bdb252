import type { MetricSpec } from '@mle-smith/contracts';
import type { Plan } from './plan.ts';
import { python } from './python.ts';

/** What metric.py does with the cells of one kind of prediction. */
export interface Cells {
  /** Constants that its checks need. */
  readonly constants: (plan: Plan) => string[];
  /** The series of cells of `table[VALUE]`, whatever type they were read as. */
  readonly values: string;
  /** The type of the arrays that the formula gets. */
  readonly type: 'str' | 'float';
  /** Lines that refuse illegal cells; ids are known to be right. */
  readonly checks: readonly string[];
}

const NUMBERS = '_numbers(table[VALUE])';
const TEXTS = 'table[VALUE].astype(str).str.strip().rename(VALUE)';
const noConstants = (): string[] => [];
const FINITE = [
  '        values = _values(submission).to_numpy(float)',
  ...refuse('not np.isfinite(values).all()', '{VALUE} must be a finite number in every row'),
];
const PLAUSIBLE = refuse('(np.abs(values) > LARGEST).any()', '{VALUE} is out of any plausible range');
const classes = (plan: Plan): string[] => [`CLASSES = ${python(plan.classes)}`];
const range = (plan: Plan): string[] => [`LARGEST = ${largest(plan)}`];

/** By what a cell holds; `class` are labels that stand as they are, `label` are integer levels. */
export const CELLS: Record<MetricSpec['prediction'] | 'class', Cells> = {
  class: {
    constants: classes,
    values: 'table[VALUE].astype(str).str.strip().str.removesuffix(".0").rename(VALUE)',
    type: 'str',
    checks: refuse(
      'submission[VALUE].isna().any() or not _values(submission).isin(CLASSES).all()',
      '{VALUE} must be one of the classes named in the description in every row',
    ),
  },
  label: {
    constants: (plan) => [`CLASSES = [${levelsOf(plan).join(', ')}]`],
    values: NUMBERS,
    type: 'float',
    checks: [...FINITE, ...refuse('not np.isin(values, CLASSES).all()', '{VALUE} must be one of the levels named in the description in every row')],
  },
  probability: {
    constants: noConstants,
    values: NUMBERS,
    type: 'float',
    checks: [...FINITE, ...refuse('(values < 0).any() or (values > 1).any()', '{VALUE} must be a probability between 0 and 1 in every row')],
  },
  number: { constants: range, values: NUMBERS, type: 'float', checks: [...FINITE, ...PLAUSIBLE] },
  nonnegative: {
    constants: range,
    values: NUMBERS,
    type: 'float',
    checks: [...FINITE, ...refuse('(values < 0).any()', '{VALUE} must not be negative'), ...PLAUSIBLE],
  },
  tags: {
    constants: classes,
    values: TEXTS,
    type: 'str',
    checks: [
      '        values = _values(submission)',
      ...refuse(
        'submission[VALUE].isna().any() or not all(set(cell.split(" ")) <= set(CLASSES) for cell in values)',
        '{VALUE} must be tags named in the description with one space between them in every row',
      ),
      '        counts = values.str.count(" ").set_axis(ids)',
      '        wanted = _values(ground_truth).str.count(" ").set_axis(_ids(ground_truth))',
      ...refuse('(counts != wanted.reindex(counts.index)).any()', '{VALUE} must have exactly one tag for each token in every row'),
    ],
  },
  labels: {
    constants: (plan) => [...classes(plan), '# The cell of a row that has no label.', 'EMPTY = "-"'],
    values: TEXTS,
    type: 'str',
    checks: [
      ...refuse('submission[VALUE].isna().any()', '{VALUE} must be labels, or {EMPTY} for none, in every row'),
      '        cells = [cell.split(" ") for cell in _values(submission) if cell != EMPTY]',
      ...refuse(
        'not all(set(cell) <= set(CLASSES) and len(set(cell)) == len(cell) for cell in cells)',
        '{VALUE} must be labels named in the description, each once, with one space between them, or {EMPTY} in every row',
      ),
    ],
  },
};

function refuse(condition: string, message: string): string[] {
  return [`        if ${condition}:`, `            raise InvalidSubmissionError(f"${message}")`];
}

/** Integer levels of an ordinal target, from low to high. */
export function levelsOf(plan: Plan): number[] {
  return plan.target === 'level' ? plan.classes.map((_, position) => position) : plan.classes.map(Number).sort((one, other) => one - other);
}

/** A power of ten far above every value of the target's column. */
export function largest(plan: Plan): string {
  const column = plan.table.columns.find((candidate) => candidate.name === plan.proposal.target.column);
  const reach = Math.max(Math.abs(column?.min ?? 0), Math.abs(column?.max ?? 0), 1);
  return `1e${Math.min(Math.max(Math.ceil(Math.log10(reach)) + 3, 6), 100)}`;
}
