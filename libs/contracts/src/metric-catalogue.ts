import type { Objective } from './proposal.ts';

/** The one table of metrics. The Python side reads it as `mle_env/ladder/metric_catalogue.py`, which `tools/docs/generate.ts` writes. */

export interface MetricSpec {
  readonly name: string;
  readonly title: string;
  readonly direction: 'maximize' | 'minimize';
  readonly optimum: number;
  /** Lowest and highest legal score; `Infinity` where unbounded. */
  readonly range: readonly [number, number];
  /** What one cell of the submission holds. */
  readonly prediction: 'probability' | 'label' | 'number' | 'nonnegative' | 'tags' | 'labels';
  /** What the score is a mean over: rows, entities of tagged sentences, or classes, series or users whatever their size. */
  readonly over: 'rows' | 'spans' | 'classes' | 'series' | 'users';
  /** Columns of the answers, beside id and target, that the formula needs. */
  readonly needs?: readonly string[];
  /** Objectives whose goal it measures. */
  readonly objectives: readonly Objective[];
  /** One sentence with the formula for the description. */
  readonly formula: string;
}

export const METRICS = {
  average_precision: {
    name: 'average_precision',
    title: 'average precision',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'probability',
    over: 'rows',
    objectives: ['binary'],
    formula: 'the sum over thresholds of (recall step) × precision, rows ranked by the predicted probability',
  },
  roc_auc: {
    name: 'roc_auc',
    title: 'area under the ROC curve',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'probability',
    over: 'rows',
    objectives: ['binary'],
    formula: 'the chance that a random positive row is given a higher probability than a random negative row, ties counted half',
  },
  log_loss: {
    name: 'log_loss',
    title: 'log loss',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'probability',
    over: 'rows',
    objectives: ['binary'],
    formula: 'the mean of −log(probability given to what happened), probabilities clipped to [1e-15, 1 − 1e-15]',
  },
  macro_f1: {
    name: 'macro_f1',
    title: 'macro-averaged F1',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'label',
    over: 'classes',
    objectives: ['multiclass'],
    formula: 'the plain mean over the classes of 2·precision·recall / (precision + recall), 0 for a class that is never predicted',
  },
  accuracy: {
    name: 'accuracy',
    title: 'accuracy',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'label',
    over: 'rows',
    objectives: ['multiclass'],
    formula: 'the share of rows whose class is predicted',
  },
  quadratic_weighted_kappa: {
    name: 'quadratic_weighted_kappa',
    title: 'quadratic weighted kappa',
    direction: 'maximize',
    optimum: 1,
    range: [-1, 1],
    prediction: 'label',
    over: 'rows',
    objectives: ['ordinal'],
    formula: 'one minus the ratio of observed to expected squared distance between predicted and true level; a constant prediction scores 0',
  },
  rmse: {
    name: 'rmse',
    title: 'root mean squared error',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'number',
    over: 'rows',
    objectives: ['regression'],
    formula: 'the square root of the mean of (prediction − truth)²',
  },
  mae: {
    name: 'mae',
    title: 'mean absolute error',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'number',
    over: 'rows',
    objectives: ['regression', 'ordinal', 'count'],
    formula: 'the mean of |prediction − truth|',
  },
  rmsle: {
    name: 'rmsle',
    title: 'root mean squared logarithmic error',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'nonnegative',
    over: 'rows',
    objectives: ['regression'],
    formula: 'the square root of the mean of (log(1 + prediction) − log(1 + truth))²',
  },
  mean_poisson_deviance: {
    name: 'mean_poisson_deviance',
    title: 'mean Poisson deviance',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'nonnegative',
    over: 'rows',
    objectives: ['count'],
    formula: 'the mean of 2·(truth·log(truth / prediction) − truth + prediction), predictions below 1e-9 raised to 1e-9, 0·log 0 = 0',
  },
  mase: {
    name: 'mase',
    title: 'mean absolute scaled error',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'number',
    over: 'series',
    needs: ['series', 'scale'],
    objectives: ['forecast'],
    formula: 'the plain mean over the series of mean |prediction − truth| / scale, where the scale of a series is fixed from its training data',
  },
  rmsse: {
    name: 'rmsse',
    title: 'root mean squared scaled error',
    direction: 'minimize',
    optimum: 0,
    range: [0, Infinity],
    prediction: 'number',
    over: 'series',
    needs: ['series', 'scale'],
    objectives: ['forecast'],
    formula: 'the plain mean over the series of √(mean (prediction − truth)²) / scale, where the scale of a series is fixed from its training data',
  },
  span_f1: {
    name: 'span_f1',
    title: 'entity-span F1',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'tags',
    over: 'spans',
    objectives: ['tags'],
    formula:
      'a B- tag starts an entity and I- tags of its kind go on with it; an I- tag with nothing of its kind before it starts one too. With hits the predicted entities whose kind, first and last token are right, counted over all rows together, the score is 2·hits / (predicted + true), and 1 where there are neither predicted nor true entities',
  },
  token_accuracy: {
    name: 'token_accuracy',
    title: 'token accuracy',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'tags',
    over: 'rows',
    objectives: ['tags'],
    formula: 'the share of tokens, over all rows together, whose tag is right',
  },
  label_f1: {
    name: 'label_f1',
    title: 'macro-averaged F1 over labels',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'labels',
    over: 'classes',
    objectives: ['multilabel'],
    formula:
      'the plain mean over the labels that some row has of 2·hits / (rows given the label + rows that have it); where no row has any label, 1 if none is given and else 0',
  },
  ndcg_at_10: {
    name: 'ndcg_at_10',
    title: 'NDCG@10',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'number',
    over: 'users',
    needs: ['user'],
    objectives: ['ranking'],
    formula:
      'the rows of a user are put in order, the highest prediction first; the gain of the user is the sum of 1 / log2(1 + place) over the relevant rows on the first ten places, divided by the most that any order gives, and the score is the plain mean over the users. Equal predictions share the mean of the places that they fill; a user without a relevant row does not count, and the score is 0 where no user counts',
  },
  concordance_index: {
    name: 'concordance_index',
    title: 'concordance index',
    direction: 'maximize',
    optimum: 1,
    range: [0, 1],
    prediction: 'number',
    over: 'rows',
    needs: ['event'],
    objectives: ['survival'],
    formula:
      'of all pairs of rows with different times of which the earlier one is an event, the share in which the later one got the higher prediction, equal predictions counted half (Harrell’s C); pairs whose earlier time is censored, and pairs of equal times, do not count; 0.5 where no pair counts',
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** Test rows of each class that a metric over classes needs. */
export const ROWS_OF_A_CLASS = 20;

/** Further columns of the answers that a metric of the catalogue needs. */
export function neededBy(metric: string | null): readonly string[] {
  return metric !== null && isMetricName(metric) ? ((METRICS[metric] as MetricSpec).needs ?? []) : [];
}

/** Whether the catalogue has a metric of this name. */
export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}
