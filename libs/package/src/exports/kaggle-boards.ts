import { createHash } from 'node:crypto';

/** Which board of a competition on Kaggle a row counts for. */
export type KaggleBoard = 'Public' | 'Private';

/** The share of test units whose score is shown while a competition runs (task-science 8). */
export const PUBLIC_SHARE = 0.3;

/**
 * The board of each distinct unit. Each is drawn by itself, so that one more changes no other; where all fall on one board,
 * the unit nearest to the other goes there. A single unit is private: the final score counts.
 */
export function boardsOf(units: readonly string[], seed: number): ReadonlyMap<string, KaggleBoard> {
  const draws = [...new Set(units)].map((unit) => ({ unit, drawn: drawOf(unit, seed) })).sort((one, other) => one.drawn - other.drawn);
  const below = draws.filter(({ drawn }) => drawn < PUBLIC_SHARE).length;
  const shown = draws.length < 2 ? 0 : Math.min(Math.max(below, 1), draws.length - 1);
  return new Map(draws.map(({ unit }, place) => [unit, place < shown ? 'Public' : 'Private']));
}

/** A number from 0 to 1 that is the unit's own. */
function drawOf(unit: string, seed: number): number {
  return createHash('sha256').update(`${seed}\n${unit}`).digest().readUInt32BE(0) / 2 ** 32;
}
