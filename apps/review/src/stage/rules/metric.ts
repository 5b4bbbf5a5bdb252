import { METRICS, isMetricName, type Finding, type MetricName, type MetricSpec } from '@mle-smith/contracts';
import { AUDIT, fault, openRules, passedRules, support, type Judge } from '../claim.ts';
import { at, cite, numberAt, textAt, type Sources } from '../sources.ts';

const DIMENSION = 'metric_fit';
const FACTS = at(AUDIT, 'audit', 'facts');
const PERFECT = at(AUDIT, 'metric', 'perfect');
/** Metrics that measure the goal of an objective; the first one stands in for others. */
const fittingFor = (objective: string): readonly MetricName[] =>
  Object.values<MetricSpec>(METRICS)
    .filter((metric) => metric.objectives.some((candidate) => candidate === objective))
    .map((metric) => metric.name as MetricName);

/** Standard for the objective and the balance of classes, stable, with its direction stated. */
export const judgeMetric: Judge = (sources, config) => {
  const name = textAt(sources, at(FACTS, 'metric'));
  const objective = textAt(sources, at(FACTS, 'objective'));
  const fitting = fittingFor(objective);
  const perfect = numberAt(sources, PERFECT);
  const known = isMetricName(name) ? METRICS[name] : undefined;
  const open = openRules(sources, DIMENSION, { A04: 1, M13: 1, M14: 2, M16: 1 });
  if (known === undefined) return open;
  return [
    ...open,
    ...fault(
      DIMENSION,
      3,
      fitting.length > 0 && !fitting.includes(known.name),
      `${known.title} is no metric for the objective ${objective}`,
      cite(sources, at(FACTS, 'metric'), at(FACTS, 'objective')),
      { category: 'M', suggestion: `use ${fitting[0] ?? ''}`, ...change(fitting[0]) },
    ),
    ...imbalanced(known.name, sources, config),
    ...flattered(known.name, sources, config.accuracyMajority),
    ...fault(
      DIMENSION,
      3,
      perfect !== undefined && Math.abs(perfect - known.optimum) > 1e-9,
      `a perfect submission scores ${perfect ?? 0}, the optimum is ${known.optimum}`,
      cite(sources, PERFECT),
      { category: 'M', suggestion: 'mend metric.py' },
    ),
    ...(fitting.includes(known.name)
      ? support(DIMENSION, `${known.title} is standard for the objective ${objective}`, cite(sources, at(FACTS, 'metric'), at(FACTS, 'objective')))
      : []),
    ...(perfect === undefined ? [] : support(DIMENSION, `a perfect submission scores ${perfect}`, cite(sources, PERFECT))),
    ...passedRules(sources, DIMENSION, ['M14', 'A04']),
  ];
};

/** ROC AUC flatters where positives are rare. */
function imbalanced(metric: MetricName, sources: Sources, { rocPositives, rocRare }: Parameters<Judge>[1]): ReturnType<Judge> {
  const classes = at(AUDIT, 'audit', 'split', 'target', 'classes');
  const count = (label: string): number | undefined => {
    const [train, test] = ['train', 'test'].map((side) => numberAt(sources, at(classes, label, side)));
    return train === undefined || test === undefined ? undefined : train + test;
  };
  const [positives, negatives] = [count('1'), count('0')];
  if (metric !== 'roc_auc' || positives === undefined || negatives === undefined) return [];
  const share = positives / Math.max(1, positives + negatives);
  return fault(
    DIMENSION,
    share < rocRare ? 3 : 2,
    share < rocPositives,
    `${(share * 100).toFixed(1)} % of the rows are positive: the ROC curve hides how clean the top of the ranking is`,
    cite(sources, at(classes, '1', 'test'), at(classes, '0', 'test')),
    { category: 'M', suggestion: 'use average_precision', ...change('average_precision') },
  );
}

/** Accuracy of the commonest class alone looks like skill where it has most rows. */
function flattered(metric: MetricName, sources: Sources, most: number): ReturnType<Judge> {
  const place = at(AUDIT, 'audit', 'split', 'target', 'majority');
  const majority = numberAt(sources, place);
  return metric !== 'accuracy' || majority === undefined
    ? []
    : fault(DIMENSION, 3, majority > most, `always naming the commonest class is right in ${Math.round(majority * 100)} % of the rows`, cite(sources, place), {
        category: 'M',
        suggestion: 'use macro_f1',
        ...change('macro_f1'),
      });
}

function change(to: MetricName | undefined): { repair?: NonNullable<Finding['repair']> } {
  return to === undefined ? {} : { repair: { action: 'change_metric', columns: [], value: to } };
}
