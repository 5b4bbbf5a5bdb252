/** What services promise (platform OB-10), as the alerts and the dashboard of promises ask for it. */
export const CLAIMS = {
  /** A claim in time, in seconds; a bound of the buckets of `mlesmith_claim_latency_seconds`. */
  withinSeconds: 30,
  /** Part that may be late. */
  budget: 0.01,
} as const;

export const VERDICTS = {
  /** A verdict in time, in seconds since the dataset was received; a bound of the buckets of `mlesmith_verdict_seconds`. */
  withinSeconds: 10_800,
  /** Part that may be late. */
  budget: 0.05,
} as const;

export const ATTEMPTS = {
  /** Classes of faults that are ours, as a pattern of PromQL. */
  ours: 'infrastructure|platform',
  /** Part that may fail by one of them. */
  budget: 0.005,
} as const;
