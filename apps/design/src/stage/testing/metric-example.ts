import { Proposal, type MetricSpec, type Objective, type TableProfile } from '@mle-smith/contracts';
import { metricSource } from '../metric-source.ts';
import { planOf } from '../plan.ts';

const TRUTHS: Record<MetricSpec['prediction'], (number | string)[]> = {
  probability: [0, 1, 1, 0, 0, 1, 0, 0],
  label: ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'a'],
  number: [1.5, -2, 30, 4, 5, 0, 7, 8],
  nonnegative: [0, 1, 0, 3, 10, 0, 2, 2],
  tags: ['O O', 'B-x O', 'O B-y', 'B-x I-x', 'B-y B-y', 'O O', 'B-x O', 'O I-x'],
  labels: ['a b', 'b', 'a', 'c', 'a c', '-', 'a', 'b c'],
};

/** Further columns of the answers, for metrics that need them. */
const NEEDED: Record<string, readonly (number | string)[]> = {
  series: ['a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'],
  scale: [2, 2, 1, 1, 1, 10, 10, 5],
  event: [1, 0, 1, 1, 0, 1, 1, 1],
  user: ['u', 'u', 'v', 'u', 'v', 'v', 'u', 'w'],
};

/** A metric with its program and eight answers that it can judge. */
export interface MetricExample {
  readonly metric: MetricSpec;
  readonly objective: Objective;
  readonly source: string;
  readonly truth: readonly (number | string)[];
  /** Further columns of the answers. */
  readonly needed: Readonly<Record<string, readonly (number | string)[]>>;
  readonly classes: readonly string[];
}

/** The program that the design stage writes for a metric of the catalogue, on a target called `y`. */
export function metricExample(metric: MetricSpec): MetricExample {
  const kappa = metric.name === 'quadratic_weighted_kappa';
  const objective = kappa
    ? 'ordinal'
    : { probability: 'binary', label: 'multiclass', number: 'regression', nonnegative: 'count', tags: 'tags', labels: 'multilabel' }[metric.prediction];
  const truth = kappa ? [1, 2, 3, 1, 2, 3, 1, 1] : metric.over === 'users' ? [0, 1, 1, 0, 0, 1, 0, 0] : TRUTHS[metric.prediction];
  const parts: Partial<Record<MetricSpec['prediction'], RegExp>> = { label: /$^/, tags: / /, labels: / / };
  const separator = parts[metric.prediction];
  const classes = separator === undefined ? [] : [...new Set(truth.flatMap((cell) => String(cell).split(separator)))].filter((label) => label !== '-');
  const reader = { format: 'csv' as const, files: ['t.csv'], encoding: 'utf-8', delimiter: ',', quote: '"', header: true, missing: [] };
  const table: TableProfile = { name: 't', reader, rows: 8, duplicateRows: 0, keys: [], issues: [], columns: [] };
  const proposal = Proposal.parse({
    id: 't',
    datasetId: 't',
    title: 't',
    question: '',
    user: '',
    decision: '',
    momentOfPrediction: '',
    modality: 'tabular',
    objective,
    table: 't',
    reader,
    target: { column: 'y', name: 'y', classes },
    inputs: [],
    ledger: [],
    entities: [],
    metric: { name: metric.name, reason: '' },
    split: { kind: 'random', testFraction: 0.2, seed: 1, reason: '' },
    risks: [],
    skills: [],
    contamination: { level: 'private', evidence: '' },
  });
  const needed = Object.fromEntries((metric.needs ?? []).map((name) => [name, NEEDED[name] ?? []]));
  const source = metricSource(planOf(proposal, { files: [], tables: [table], documentation: '' }));
  return { metric, objective: proposal.objective, source, truth, needed, classes };
}
