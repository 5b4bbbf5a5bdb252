/** The middle of some numbers, to three digits; 0 for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  const middle = sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
  return Number(middle.toPrecision(3));
}

/** The value that this share of some numbers does not exceed, to three digits; 0 for none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return Number((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0).toPrecision(3));
}
