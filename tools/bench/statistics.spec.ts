import { median, percentile } from './statistics.ts';

describe('statistics of figures', () => {
  it.each([
    [[], 0.5, 0],
    [[7], 0.99, 7],
    [[3, 1, 2, 4], 0.5, 2],
    [Array.from({ length: 100 }, (_, place) => 100 - place), 0.99, 99],
  ])('of %j, the share %d does not exceed %d', (numbers, share, value) => {
    expect(percentile(numbers, share)).toBe(value);
  });

  it('has a middle between two', () => {
    expect(median([1, 4, 2, 3])).toBe(2.5);
  });
});
