import type { ColumnProfile, Entity, LedgerEntry, TableProfile } from '@mle-smith/contracts';
import type { z } from 'zod';
import { availabilityOf, linesOf, structuralDrop } from './ledger.ts';

/** How things are followed through time. */
export type Followed = Extract<TableProfile['reader'], { format: 'ahead' }>;

/** How a table follows things through time; undefined for other tables. */
export function followedOf({ reader }: TableProfile): Followed | undefined {
  return reader.format === 'ahead' ? reader : undefined;
}

/** The column whose value some time later a column holds; undefined for what is known at the instant of the row. */
export function presentOf(followed: Followed, column: string): string | undefined {
  return followed.outcomes.find(({ name }) => name === column)?.column;
}

/** The ledger's line for a column: what was recorded up to the instant of the row is known, what comes later is not. */
export function followedEntry(column: ColumnProfile, followed: Followed, documentation: string, target: ColumnProfile): LedgerEntry {
  const entry = linesOf(column.name);
  if (presentOf(followed, column.name) !== undefined)
    return entry('after', `recorded ${followed.span} later`, 'as unknown as the target at the moment of prediction');
  if (followed.past.some(({ name }) => name === column.name)) return entry('before', 'recorded before the instant of the row');
  if (column.name === followed.subject) return entry('at', 'it numbers what is followed, in no order');
  if (followed.keys.includes(column.name)) return entry('at', 'it names what is followed', 'it names one that is new at use time, and nothing else');
  const structural = structuralDrop(column, target);
  if (structural !== undefined) return entry('at', structural.evidence, structural.reason);
  if (followed.outcomes.some((outcome) => outcome.column === column.name)) return entry('at', 'recorded at the instant of the row');
  const { availability, evidence } = availabilityOf(column, documentation, target);
  return availability === 'after'
    ? entry(availability, evidence, `known only after the moment of prediction, or made from something else: ${evidence}`)
    : entry(availability, evidence);
}

/** What is followed is new when predictions are made, and a name that comes again names something new. */
export function followedRoles({ subject, keys }: Followed): z.infer<typeof Entity>[] {
  return [
    { column: subject, role: 'unseen', evidence: 'it tells apart what is followed: new ones come when predictions are made' },
    ...keys.map((column) => ({ column, role: 'attribute' as const, evidence: `a name; what it names is told by ${subject}` })),
  ];
}
