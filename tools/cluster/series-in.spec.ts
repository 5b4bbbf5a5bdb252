import { seriesIn } from './series-in.ts';

describe('a page of /metrics', () => {
  it('has a series for each sample, buckets among them, and none for what explains them', () => {
    const page =
      '# HELP a_seconds Time.\n# TYPE a_seconds histogram\na_seconds_count{x="y"} 2\na_seconds_sum{x="y"} 3\na_seconds_bucket{x="y",le="+Inf"} 2\n\nb 1\n';

    expect(seriesIn(page)).toBe(4);
  });
});
