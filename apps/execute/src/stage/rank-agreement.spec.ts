import { kendall, spearman } from './rank-agreement.ts';

describe('the agreement of two orders', () => {
  it.each([
    ['is 1 for the same order', [1, 2, 3, 4], [10, 20, 25, 90], 1, 1],
    ['is -1 for the other way round', [1, 2, 3, 4], [4, 3, 2, 1], -1, -1],
    ['counts pairs and ranks', [1, 2, 3, 4], [1, 3, 2, 4], 0.6667, 0.8],
    ['lets ties share their rank', [1, 1, 2, 3], [1, 2, 3, 4], 0.9129, 0.9487],
    ['is 0 where one side is all alike', [1, 1, 1], [1, 2, 3], 0, 0],
  ])('%s', (_title, one, other, tau, rho) => {
    expect([kendall(one, other), spearman(one, other)]).toEqual([tau, rho]);
  });
});
