import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRICS, Proposal, type MetricSpec, type TableProfile } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { metricSource } from './metric-source.ts';
import { planOf } from './plan.ts';

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
};

/** A folder a metric: its source and what the check must know. */
function folderOf(metric: MetricSpec): Record<string, Uint8Array> {
  const kappa = metric.name === 'quadratic_weighted_kappa';
  const objective = kappa
    ? 'ordinal'
    : { probability: 'binary', label: 'multiclass', number: 'regression', nonnegative: 'count', tags: 'tags', labels: 'multilabel' }[metric.prediction];
  const truth = kappa ? [1, 2, 3, 1, 2, 3, 1, 1] : TRUTHS[metric.prediction];
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
  const needed = Object.fromEntries((metric.needs ?? []).map((name) => [name, NEEDED[name]]));
  const source = metricSource(planOf(proposal, { files: [], tables: [table], documentation: '' }));
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    [`metrics/${metric.name}/metric.py`]: encode(source),
    [`metrics/${metric.name}/facts.json`]: encode(
      JSON.stringify({ name: metric.name, kind: metric.prediction, truth, needed, optimum: metric.optimum, direction: metric.direction }),
    ),
  };
}

describe('generated metrics', () => {
  it('score perfect answers at the optimum, ignore order and id type, and refuse every bad submission without quoting answers', async () => {
    const jobs = new DirectJobRunner({ artifacts: new InMemoryArtifactStore() });
    const script = await readFile(join(import.meta.dirname, 'testing', 'check_metric.py'));
    const files = Object.assign({ 'check_metric.py': new Uint8Array(script) }, ...Object.values(METRICS).map(folderOf)) as Record<string, Uint8Array>;

    const result = await jobs.run({
      name: 'metrics',
      zone: 'grade',
      trust: 'ours',
      run: { script: 'check_metric.py', arguments: ['/input/metrics'] },
      inputs: [],
      files,
    });

    expect({ message: result.message, log: result.log.trim() }).toEqual({ message: '', log: '[]' });
  });
});
