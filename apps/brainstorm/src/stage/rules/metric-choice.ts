import { ROWS_OF_A_CLASS, type ColumnProfile, type MetricName, type Objective } from '@mle-smith/contracts';
import { marksEntities } from './several.ts';

/** The metric of an objective by balance and tail, with the reason (task-science 3). */
export function chooseMetric(
  objective: Objective,
  column: ColumnProfile,
  positive: string | undefined,
  around: { readonly classes: readonly string[]; readonly testFraction: number; readonly content: boolean; readonly rating?: boolean },
): { name: MetricName; reason: string } {
  if (objective === 'binary') {
    const labelled = column.rows - column.missing;
    const share = (column.top.find((entry) => entry.value === positive)?.count ?? 0) / Math.max(1, labelled);
    return share >= 0.2
      ? { name: 'roc_auc', reason: `${Math.round(share * 100)} % positives: ranking over all thresholds is measured fairly by the ROC curve` }
      : { name: 'average_precision', reason: `${(share * 100).toFixed(1)} % positives: what counts is how clean the top of the ranking is` };
  }
  if (objective === 'survival')
    return { name: 'concordance_index', reason: 'the order of times can be judged although some are only known to be longer than the time of observation' };
  if (objective === 'multiclass') {
    const counts = column.top.filter((entry) => around.classes.includes(entry.value)).map((entry) => entry.count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Math.min(...counts) * around.testFraction < ROWS_OF_A_CLASS && Math.max(...counts) <= 0.6 * total
      ? { name: 'accuracy', reason: 'the classes are of about one size, and too small for a mean over classes' }
      : { name: 'macro_f1', reason: 'each class counts alike, whatever its size' };
  }
  if (objective === 'tags')
    return marksEntities(around.classes)
      ? {
          name: 'span_f1',
          reason: 'what is wanted are whole entities of the right kind; most tokens are in none, and a share of tokens would hide what is missed',
        }
      : { name: 'token_accuracy', reason: 'every token has a tag of its own, and no tag is that of most tokens' };
  if (objective === 'multilabel') return { name: 'label_f1', reason: 'each label counts alike, however many rows have it' };
  if (objective === 'ordinal') return { name: 'quadratic_weighted_kappa', reason: 'levels have an order: a miss by two is worse than a miss by one' };
  if (objective === 'count' && around.content) return { name: 'mae', reason: 'things are counted: what matters is how many are missed' };
  if (objective === 'count') return { name: 'mean_poisson_deviance', reason: 'counts spread more where they are larger' };
  if (around.rating === true) return { name: 'rmse', reason: 'ratings on one scale: large misses cost most, and in between is no mistake' };
  const { min = 0, max = 0, median = 0, mean = 0, std = 0 } = column;
  if (min > 0 && median > 0 && max / median > 20)
    return { name: 'rmsle', reason: `positive, and the largest value is ${Math.round(max / median)} times the median: ratios matter, not differences` };
  if (std > 0 && Math.abs(mean - median) > 0.5 * std) return { name: 'mae', reason: 'heavy-tailed: squared errors would be ruled by a few rows' };
  return { name: 'rmse', reason: 'a symmetric quantity in its own unit, large misses cost most' };
}

/** The metric of rankings (task-science 3). */
export const RANKING_METRIC: { name: MetricName; reason: string } = {
  name: 'ndcg_at_10',
  reason: 'what counts are the first places of each list, the first most; each user counts alike, however many rows there are',
};

/** Share of zeros from which the median of what comes next is often 0, and an absolute error pays for forecasting nothing. */
const MANY_ZEROS = 0.3;

/** The metric of a forecast: scaled, so that large series do not rule small ones, with denominators from train (task-science 3). */
export function chooseForecastMetric(column: ColumnProfile): { name: MetricName; reason: string } {
  const zeros = (column.top.find((entry) => Number(entry.value) === 0)?.count ?? 0) / Math.max(1, column.rows - column.missing);
  return zeros >= MANY_ZEROS
    ? {
        name: 'rmsse',
        reason: `${Math.round(100 * zeros)} % of the values are 0: absolute errors would pay for forecasting 0 everywhere; each series counts alike`,
      }
    : { name: 'mase', reason: 'each series counts alike, whatever its size, measured by how far it usually moves from season to season' };
}
