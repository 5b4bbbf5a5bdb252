import { METRICS, type DIMENSIONS, type MetricName, type Objective } from '@mle-smith/contracts';
import type { ReviewConfig } from '../../config.ts';
import { cite, jsonLine, ruleOf, type Evidence, type Sources } from '../sources.ts';

export type DimensionName = (typeof DIMENSIONS)[number];

/** A dimension's score from measurements, 0 to 5, with what it rests on. */
export interface Opinion {
  readonly score: number;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

type Judge = (sources: Sources, config: ReviewConfig) => Opinion;

/** The rule judge: one function a dimension. What it cannot measure it does not praise. */
export const DIMENSION_JUDGES: Readonly<Record<DimensionName, Judge>> = {
  task_validity: validity,
  data_sufficiency: sufficiency,
  raw_data_usage: usage,
  task_complexity: complexity,
  data_quality: quality,
  description_clarity: clarity,
  metric_fit: fit,
  shortcut_resistance: resistance,
};

/** Takes points off for each objection, the heaviest first. */
function scored(objections: readonly (readonly [points: number, reason: string] | false)[], praise: string, evidence: readonly Evidence[]): Opinion {
  const raised = objections.filter((objection) => objection !== false);
  const score = Math.max(0, 5 - raised.reduce((sum, [points]) => sum + points, 0));
  return { score, reason: raised.length === 0 ? praise : raised.map(([, reason]) => reason).join('; '), evidence };
}

function failed(sources: Sources, ...ids: string[]): boolean {
  return ids.some((id) => ruleOf(sources, id)?.status === 'failed');
}

function validity(sources: Sources): Opinion {
  const { question, ledger, columns } = sources.manifest;
  const risky = ledger.filter((entry) => entry.kept && entry.availability === 'unknown');
  const late = columns.filter((column) => ledger.find((entry) => entry.column === column.raw)?.availability === 'after');
  const nobody = question.user.trim() === '' || question.decision.trim() === '' || question.momentOfPrediction.trim() === '';
  return scored([
    nobody && [3, 'nobody is named who would decide something with the answer'],
    late.length > 0 && [3, `${late.map((column) => column.name).join(', ')} is known only afterwards`],
    failed(sources, 'S26', 'S28') && [2, 'labels or availability are not settled'],
    risky.length > 0 && [1, `whether ${risky.map((entry) => entry.column).join(', ')} is known in time is open`],
    columns.length === 0 && [5, 'there is no input'],
  ], `${question.user} would decide ${question.decision}, ${question.momentOfPrediction}`, [{ source: 'manifest', text: jsonLine('momentOfPrediction', question.momentOfPrediction) }, ...cite(sources, 'S28')]);
}

function sufficiency(sources: Sources, { rows: [few, enough, many] }: ReviewConfig): Opinion {
  const { trainRows, testRows } = sources.manifest.split;
  const labelled = trainRows + testRows;
  return scored([
    labelled < few ? [4, `${labelled} labelled rows cannot rank solutions`] : labelled < enough ? [2, `${labelled} labelled rows are enough for simple models only`] : labelled < many && [1, `${labelled} labelled rows separate methods roughly`],
    failed(sources, 'S20') && [3, 'the test set is too small'],
    failed(sources, 'S17') && [2, 'classes are too rare to be measured'],
  ], `${labelled} labelled rows, ${testRows} of them for testing`, [{ source: 'manifest', text: jsonLine('testRows', testRows) }, ...cite(sources, 'S20')]);
}

function usage(sources: Sources): Opinion {
  const { ledger } = sources.manifest;
  const unexplained = ledger.filter((entry) => !entry.kept && entry.reason === '');
  const first = ledger.find((entry) => !entry.kept && entry.reason !== '');
  return scored([
    unexplained.length > 0 && [2, `${unexplained.map((entry) => entry.column).join(', ')} is left out without a reason`],
    ruleOf(sources, 'S15')?.status === 'warned' && [1, 'labelled rows are left out'],
    ledger.length > 4 && ledger.filter((entry) => entry.kept).length < 0.25 * ledger.length && [1, 'less than a quarter of the columns are inputs'],
  ], `${ledger.filter((entry) => entry.kept).length} of ${ledger.length} columns are inputs; each of the others is left out for a stated reason`, first === undefined ? cite(sources, 'S15') : [{ source: 'manifest', text: jsonLine('reason', first.reason) }]);
}

function complexity(sources: Sources): Opinion {
  const inputs = sources.manifest.columns;
  const text = inputs.some((column) => column.type === 'free text');
  const rule = ruleOf(sources, 'S14');
  return scored([
    rule?.status === 'failed' && [4, 'a column or formula gives the answer'],
    !text && inputs.length < 3 && [2, `${inputs.length} inputs leave little to find out`],
    !text && inputs.length >= 3 && inputs.length < 5 && [1, `${inputs.length} inputs`],
  ], text ? 'free text rewards features, models and validation' : `${inputs.length} inputs, none of which gives the answer`, cite(sources, 'S14'));
}

function quality(sources: Sources): Opinion {
  return scored([
    failed(sources, 'L04', 'S22', 'S24') && [3, 'tables are not consistent'],
    ruleOf(sources, 'S06')?.status === 'warned' && [1, 'rows are repeated'],
    ruleOf(sources, 'S07')?.status === 'warned' && [1, 'texts are repeated but for their punctuation'],
    ruleOf(sources, 'S27')?.status === 'warned' && [1, 'cells look like personal data'],
  ], 'tables are strict, complete in their targets, and free of repeated rows', [...cite(sources, 'S06'), ...cite(sources, 'S24')]);
}

/** What a stranger must find in the text to hand anything in. */
function clarity(sources: Sources): Opinion {
  const { description, manifest } = sources;
  const text = description.toLowerCase();
  const metric = METRICS[manifest.metric.name as MetricName] as (typeof METRICS)[MetricName] | undefined;
  const needed: readonly (readonly [string, boolean])[] = [
    ['the files', ['train.csv', 'test.csv', 'sample_submission.csv', 'submission.csv'].every((name) => text.includes(name))],
    ['the target', text.includes(manifest.target.name.toLowerCase())],
    ['the metric', metric !== undefined && (text.includes(metric.title) || text.includes(manifest.metric.name))],
    ['the direction', text.includes('higher is better') || text.includes('lower is better')],
    ['the format', text.includes(`id,${manifest.target.name}`.toLowerCase())],
    ['the columns', manifest.columns.every((column) => description.includes(column.name))],
  ];
  const lacking = needed.filter(([, there]) => !there).map(([what]) => what);
  const header = `id,${manifest.target.name}`;
  return scored(lacking.map((what) => [1, `it does not say ${what}`] as const), 'files, columns, target, metric, direction and format are stated', description.includes(header) ? [{ source: 'description', text: header }] : [{ source: 'description', text: description.trim().split('\n')[0] ?? '' }]);
}

const FITTING: Readonly<Record<Objective, readonly string[]>> = {
  binary: ['roc_auc', 'average_precision', 'log_loss'],
  multiclass: ['macro_f1', 'log_loss'],
  ordinal: ['quadratic_weighted_kappa', 'mae', 'rmse'],
  regression: ['rmse', 'mae', 'rmsle'],
  count: ['mean_poisson_deviance', 'rmsle'],
};

function fit(sources: Sources): Opinion {
  const { objective, metric } = sources.manifest;
  return scored([
    !FITTING[objective].includes(metric.name) && [3, `${metric.name} does not measure a ${objective} question`],
    failed(sources, 'M14') && [2, 'description, manifest and code disagree'],
    metric.reason.trim() === '' && [1, 'no reason is given for it'],
  ], `${metric.name}: ${metric.reason}`, [{ source: 'manifest', text: jsonLine('reason', metric.reason) }, ...cite(sources, 'M14')]);
}

const LEAK_RULES = ['S03', 'S04', 'S06', 'S08', 'S10', 'S11', 'S13', 'S14'];

function resistance(sources: Sources): Opinion {
  const results = LEAK_RULES.map((id) => ({ id, status: ruleOf(sources, id)?.status ?? 'not_measured' }));
  const broken = results.filter(({ status }) => status === 'failed').map(({ id }) => id);
  const open = results.filter(({ status }) => status === 'not_measured').map(({ id }) => id);
  const warned = results.filter(({ status }) => status === 'warned').map(({ id }) => id);
  return scored([
    broken.length > 0 && [4, `${broken.join(', ')} found a leak`],
    open.length > 0 && [2, `${open.join(', ')} could not be measured`],
    warned.length > 0 && [1, `${warned.join(', ')} warned`],
  ], 'no column, row, id, order or missing cell gives the answer away', LEAK_RULES.flatMap((id) => cite(sources, id)));
}
