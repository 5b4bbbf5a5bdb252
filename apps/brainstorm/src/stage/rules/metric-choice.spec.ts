import { ColumnProfile } from '@mle-smith/contracts';
import { chooseMetric } from './metric-choice.ts';

const column = (values: Partial<ColumnProfile>): ColumnProfile =>
  ColumnProfile.parse({ name: 't', type: 'numeric', storage: 'float', rows: 1000, missing: 0, distinct: 100, top: [], ...values });
const share = (positives: number): ColumnProfile =>
  column({
    distinct: 2,
    top: [
      { value: 'no', count: 1000 - positives },
      { value: 'yes', count: positives },
    ],
  });

const AROUND = { classes: ['no', 'yes'], testFraction: 0.3, content: false };

describe('the choice of a metric', () => {
  it('follows the balance of two classes', () => {
    expect(chooseMetric('binary', share(400), 'yes', AROUND).name).toBe('roc_auc');
    expect(chooseMetric('binary', share(60), 'yes', AROUND).name).toBe('average_precision');
  });

  it('follows the tail of a quantity', () => {
    expect(chooseMetric('regression', column({ min: 1, max: 900, median: 10, mean: 40, std: 100 }), undefined, AROUND).name).toBe('rmsle');
    expect(chooseMetric('regression', column({ min: -5, max: 30, median: 2, mean: 9, std: 10 }), undefined, AROUND).name).toBe('mae');
    expect(chooseMetric('regression', column({ min: 10, max: 50, median: 29, mean: 30, std: 6 }), undefined, AROUND).name).toBe('rmse');
  });

  it('takes accuracy for small classes of one size, and a mean over classes otherwise', () => {
    const even = column({ type: 'categorical', storage: 'string', distinct: 3, top: ['a', 'b', 'c'].map((value) => ({ value, count: 40 })) });
    const around = { classes: ['a', 'b', 'c'], testFraction: 0.4, content: false };
    expect(chooseMetric('multiclass', even, undefined, around).name).toBe('accuracy');
    const large = { ...even, top: even.top.map((entry) => ({ ...entry, count: 400 })) };
    expect(chooseMetric('multiclass', large, undefined, around).name).toBe('macro_f1');
  });

  it('never takes accuracy where one class prevails, and gives a reason each time', () => {
    for (const objective of ['binary', 'multiclass', 'ordinal', 'regression', 'count'] as const) {
      const chosen = chooseMetric(objective, share(300), 'yes', AROUND);
      expect(chosen.name).not.toBe('accuracy');
      expect(chosen.reason.length).toBeGreaterThan(20);
    }
  });
});
