import { toldOtherwise } from './told-direction.ts';

const NAMES = ['root mean squared error', 'rmse'];

describe('the direction of a metric', () => {
  test.each([
    'Higher is better.',
    '**Higher** RMSE is better.',
    'Lower is worse: higher RMSE wins.',
    'The larger the score, the better.',
    'The higher the better.',
    'Maximize the RMSE.',
    'A greater root mean squared error means a better rank, a greater value of the metric is best.',
    'Higher scores rank first.',
  ])('is told otherwise by %j', (text) => {
    expect(toldOtherwise(text, 'minimize', NAMES)).not.toEqual([]);
    expect(
      toldOtherwise(
        text
          .replace(/higher|larger|greater/gi, 'smaller')
          .replace(/lower/gi, 'higher')
          .replace('Maximize', 'Minimise'),
        'maximize',
        NAMES,
      ),
    ).not.toEqual([]);
  });

  test.each([
    '**Lower is better; 0 is perfect.**',
    'Maximize the yield.',
    'Higher yield is better for growers.',
    'A higher score is worse, so a smaller RMSE wins.',
    'Minimize the score.',
  ])('is not told otherwise by %j', (text) => {
    expect(toldOtherwise(text, 'minimize', NAMES)).toEqual([]);
  });
});
