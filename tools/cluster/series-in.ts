/** How many series a page of /metrics shows: samples that a scraper stores, a bucket of a histogram each one. */
export function seriesIn(page: string): number {
  return page.split('\n').filter((line) => /^[a-zA-Z_:]/.test(line)).length;
}
