import { METRICS, type MetricName, type MetricSpec } from '@mle-smith/contracts';
import { CELLS } from './metric-cells.ts';
import type { Plan } from './plan.ts';
import { python } from './python.ts';

/** `roc_auc` → `RocAucMetrics`. */
export function metricClass(metric: string): string {
  return `${metric
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}Metrics`;
}

/** Lines over the arrays `true` and `pred`, and one array for each column of the answers that the metric needs, by its name. */
const FORMULAS: Record<MetricName, { imports?: string; helper?: string[]; lines: string[] }> = {
  roc_auc: { imports: 'from sklearn.metrics import roc_auc_score', lines: ['return float(roc_auc_score(true, pred))'] },
  average_precision: { imports: 'from sklearn.metrics import average_precision_score', lines: ['return float(average_precision_score(true, pred))'] },
  log_loss: { lines: ['pred = np.clip(pred, 1e-15, 1 - 1e-15)', 'return float(-np.mean(np.where(true == 1, np.log(pred), np.log(1 - pred))))'] },
  macro_f1: {
    imports: 'from sklearn.metrics import f1_score',
    lines: ['return float(f1_score(true, pred, labels=CLASSES, average="macro", zero_division=0))'],
  },
  accuracy: { lines: ['return float(np.mean(true == pred))'] },
  quadratic_weighted_kappa: {
    lines: [
      'observed = np.mean((true - pred) ** 2)',
      'expected = np.mean((true[:, None] - np.unique(pred)[None, :]) ** 2 @ (np.unique(pred, return_counts=True)[1] / len(pred)))',
      '# One level everywhere on both sides: nothing to agree about beyond chance.',
      'return float(1 - observed / expected) if expected > 0 else 0.0',
    ],
  },
  rmse: { lines: ['return float(np.sqrt(np.mean((pred - true) ** 2)))'] },
  mae: { lines: ['return float(np.mean(np.abs(pred - true)))'] },
  rmsle: { lines: ['return float(np.sqrt(np.mean((np.log1p(pred) - np.log1p(true)) ** 2)))'] },
  mean_poisson_deviance: {
    lines: [
      'known = np.where(true > 0, true, 1.0)',
      'logs = np.where(true > 0, true * np.log(known / np.maximum(pred, 1e-9)), 0.0)',
      'return float(np.mean(2 * (logs - true + pred)))',
    ],
  },
  mase: { lines: ['return float(pd.Series(np.abs(pred - true) / scale).groupby(series).mean().mean())'] },
  rmsse: { lines: ['return float(np.sqrt(pd.Series(((pred - true) / scale) ** 2).groupby(series).mean()).mean())'] },
  span_f1: {
    helper: [
      'def _entities(cell: str) -> set:',
      '    """(kind, first token, token after the last) of each entity. An I- tag that goes on from nothing of its kind starts one."""',
      '    found, kind, start = set(), None, 0',
      '    for place, tag in enumerate([*cell.split(" "), "O"]):',
      '        mark, _, name = tag.partition("-")',
      '        if kind is not None and not (mark == "I" and name == kind):',
      '            found.add((kind, start, place))',
      '            kind = None',
      '        if kind is None and mark in ("B", "I"):',
      '            kind, start = name, place',
      '    return found',
    ],
    lines: [
      'pairs = [(_entities(one), _entities(other)) for one, other in zip(true, pred)]',
      'hits = sum(len(one & other) for one, other in pairs)',
      'either = sum(len(one) + len(other) for one, other in pairs)',
      'return float(2 * hits / either) if either > 0 else 1.0',
    ],
  },
  token_accuracy: {
    lines: [
      'pairs = [pair for one, other in zip(true, pred) for pair in zip(one.split(" "), other.split(" "))]',
      'return float(np.mean([one == other for one, other in pairs]))',
    ],
  },
  label_f1: {
    helper: ['def _has(cells: np.ndarray, label: str) -> np.ndarray:', '    return np.array([label in cell.split(" ") for cell in cells])'],
    lines: [
      'scores = []',
      'for label in CLASSES:',
      '    wanted, given = _has(true, label), _has(pred, label)',
      '    if wanted.any():',
      '        scores.append(2 * (wanted & given).sum() / (wanted.sum() + given.sum()))',
      'return float(np.mean(scores)) if scores else float((pred == EMPTY).all())',
    ],
  },
  ndcg_at_10: {
    helper: [
      'def _ndcg(true: np.ndarray, pred: np.ndarray) -> float:',
      '    """NDCG@10 of one user. Equal predictions share the mean of the places that they fill, so that no order of rows can win."""',
      '    worth = np.where(np.arange(len(true)) < 10, 1 / np.log2(np.arange(len(true)) + 2), 0.0)',
      '    order = np.argsort(-pred, kind="stable")',
      '    tied = np.unique(-pred[order], return_inverse=True)[1]',
      '    shared = np.bincount(tied, worth) / np.bincount(tied)',
      '    return float((true[order] * shared[tied]).sum() / (np.sort(true)[::-1] * worth).sum())',
    ],
    lines: [
      'places = pd.Series(range(len(user))).groupby(user).indices.values()',
      'scores = [_ndcg(true[rows], pred[rows]) for rows in places if true[rows].any()]',
      'return float(np.mean(scores)) if scores else 0.0',
    ],
  },
  concordance_index: {
    imports: 'from bisect import bisect_left, bisect_right, insort',
    lines: [
      '# From the last time to the first: `later` holds the predictions of all rows with a later time, in order.',
      'order = np.argsort(-true, kind="stable")',
      'later, pairs, points = [], 0, 0.0',
      'for rows in np.split(order, np.flatnonzero(np.diff(true[order])) + 1):',
      '    for value in pred[rows][event[rows] == 1]:',
      '        higher, equal = len(later) - bisect_right(later, value), bisect_right(later, value) - bisect_left(later, value)',
      '        pairs += len(later)',
      '        points += higher + equal / 2',
      '    for value in pred[rows]:',
      '        insort(later, value)',
      'return float(points / pairs) if pairs else 0.5',
    ],
  },
};

/** metric.py of a task: loads in MLE-Dojo and alone, and refuses bad submissions without giving anything away. */
export function metricSource(plan: Plan): string {
  const metric = METRICS[plan.proposal.metric.name as MetricName];
  const formula = FORMULAS[metric.name];
  const cells = CELLS[plan.target === 'label' ? 'class' : metric.prediction];
  const direction = metric.direction === 'maximize' ? 'Higher' : 'Lower';
  return [
    `"""${metric.title.charAt(0).toUpperCase()}${metric.title.slice(1)} of the predicted ${plan.proposal.target.name.replace(/["\\]/g, "'")}. ${direction} is better; a perfect answer scores ${metric.optimum}."""`,
    'import numpy as np',
    'import pandas as pd',
    ...(formula.imports === undefined ? [] : [formula.imports]),
    '',
    'try:',
    '    from mledojo.metrics.base import CompetitionMetrics as _Base, InvalidSubmissionError',
    'except ImportError:',
    '    class InvalidSubmissionError(Exception):',
    '        """The submission cannot be scored; the message says why and never quotes an answer."""',
    '',
    '    class _Base:',
    '        def __init__(self, higher_is_better: bool = True):',
    '            self.higher_is_better = higher_is_better',
    '',
    `ID, VALUE = "id", ${python(plan.proposal.target.name)}`,
    ...cells.constants(plan),
    '',
    '',
    'def _numbers(column: pd.Series) -> pd.Series:',
    '    """Cells as numbers, however they were written; not a number where they are none."""',
    '    return column if column.dtype in ("int64", "float64") else pd.to_numeric(column.astype(str), errors="coerce")',
    '',
    '',
    'def _ids(table: pd.DataFrame) -> pd.Series:',
    '    return _numbers(table[ID])',
    '',
    '',
    'def _values(table: pd.DataFrame) -> pd.Series:',
    `    return ${cells.values}`,
    '',
    '',
    ...(formula.helper === undefined ? [] : [...formula.helper, '', '']),
    `class ${metricClass(metric.name)}(_Base):`,
    `    def __init__(self, value: str = VALUE, higher_is_better: bool = ${metric.direction === 'maximize' ? 'True' : 'False'}):`,
    '        super().__init__(higher_is_better)',
    '        self.value = value',
    '',
    '    def evaluate(self, y_true: pd.DataFrame, y_pred: pd.DataFrame) -> float:',
    '        self.validate_submission(y_pred, y_true)',
    '        true = _values(y_true).set_axis(_ids(y_true))',
    '        pred = _values(y_pred).set_axis(_ids(y_pred)).reindex(true.index)',
    `        true, pred = true.to_numpy(${cells.type}), pred.to_numpy(${cells.type})`,
    ...((metric as MetricSpec).needs ?? []).map((name) => `        ${name} = y_true[${python(name)}].to_numpy()`),
    ...formula.lines.map((line) => `        ${line}`),
    '',
    '    def validate_submission(self, submission: pd.DataFrame, ground_truth: pd.DataFrame) -> str:',
    '        if not isinstance(submission, pd.DataFrame) or list(submission.columns) != [ID, VALUE]:',
    '            raise InvalidSubmissionError(f"columns must be exactly {ID},{VALUE}")',
    '        if len(submission) != len(ground_truth):',
    '            raise InvalidSubmissionError("there must be exactly one row for each row of test.csv")',
    '        ids = _ids(submission)',
    '        if ids.duplicated().any():',
    '            raise InvalidSubmissionError("an id occurs more than once or is not a number")',
    '        if set(ids) != set(_ids(ground_truth)):',
    '            raise InvalidSubmissionError("the ids are not those of test.csv")',
    ...cells.checks,
    '        return "Submission is valid."',
    '',
  ].join('\n');
}
