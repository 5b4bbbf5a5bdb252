import { METRICS, type MetricName } from '@mle-smith/contracts';
import { valueOf, type ExportSource } from './export-source.ts';

/** Said wherever a board goes, so that nobody takes it for scores of people. */
export const SYNTHETIC =
  'The leaderboard is synthetic: it holds the scores of the baseline ladder (trivial, simple, standard, strong), each with one standard error to either side. No person or team stands behind a row.';

const OFFSETS = [-1, 0, 1];

/**
 * The scores of a synthetic leaderboard, best first and each once: every rung of the ladder, one error to either side.
 * Scores never leave the metric's range. Throws `NotExportableError` for a task without a ladder.
 */
export function syntheticScores(source: ExportSource): number[] {
  const { scores } = valueOf(source, 'a leaderboard');
  const { name, direction } = source.manifest.metric;
  const [lowest, highest] = METRICS[name as MetricName].range;
  const spread = Object.values(scores).flatMap(({ score, standardError, seedSpread }) =>
    OFFSETS.map((offset) => Number(Math.min(highest, Math.max(lowest, score + offset * Math.max(standardError, seedSpread))).toPrecision(6))),
  );
  return [...new Set(spread)].sort((one, other) => (direction === 'maximize' ? other - one : one - other));
}

/** What keeps scores from being a board: fewer than two positions, or another order than best first. */
export function boardComplaints(scores: readonly number[], direction: 'maximize' | 'minimize'): string[] {
  const [first = 0, last = 0] = [scores[0], scores.at(-1)];
  if (new Set(scores).size < 2) return ['the leaderboard has fewer than two distinct scores'];
  return (direction === 'maximize') === first > last ? [] : ['the leaderboard is not best first'];
}
