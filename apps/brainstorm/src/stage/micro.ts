import type { Profile, Proposal } from '@mle-smith/contracts';
import { microIdOf } from '@mle-smith/task';

/** Fewer training rows than this many times those of the variant make no other task. */
const LEAST_TIMES = 1.5;

/**
 * The micro variant of a formulation: the same question, split, seed and test rows, and few training rows.
 * None where the task is hardly larger, where rows are points of series, which cannot be left out, or where a choice is
 * learned from the choices of all others, and few rows would leave most users of the test unknown.
 */
export function microVariants(proposal: Proposal, profile: Profile, trainRows: number): Proposal[] {
  const rows = profile.tables.find((table) => table.name === proposal.table)?.rows ?? 0;
  const isWhole = proposal.series !== undefined || proposal.objective === 'ranking';
  if (isWhole || rows * (1 - proposal.split.testFraction) < LEAST_TIMES * trainRows) return [];
  return [{ ...proposal, id: microIdOf(proposal.id), micro: { of: proposal.id, trainRows } }];
}
