import type { ColumnProfile, Entity, LedgerEntry, TableProfile } from '@mle-smith/contracts';
import type { z } from 'zod';
import { linesOf } from './ledger.ts';

/** What the two texts of a pair are to each other. */
export const PAIR_OUTCOME =
  /^(is |are )?(duplicates?|paraphrases?|match(es|ed)?|similar|equivalent|related|same)$|\b(entailment|similarity|relatedness|relevance|gold label|judge?ment|stance|entailment label)\b/;

/** The column that says which rows have texts in common, where the reader makes one. */
export function linkedOf({ reader }: TableProfile): string | undefined {
  return 'linked' in reader ? reader.linked?.name : undefined;
}

/** Whether a column is one of the two texts of a pair, or says which pairs hang together. */
export function isOfPair(table: TableProfile, column: ColumnProfile): boolean {
  return table.pair !== undefined && [table.pair.one, table.pair.other, linkedOf(table)].includes(column.name);
}

/** The ledger's line for a text of a pair, and for the column of what hangs together. */
export function pairEntry(table: TableProfile, column: ColumnProfile): LedgerEntry {
  const entry = linesOf(column.name);
  return column.name === linkedOf(table)
    ? { ...entry('at', 'made from the texts alone'), reason: 'it says which rows belong together' }
    : entry('at', 'one of the two texts of a row');
}

/** In a table of pairs those that hang together are the one entity: a text that was seen says something of every pair that it stands in. */
export function pairRoles(table: TableProfile, columns: readonly ColumnProfile[]): z.infer<typeof Entity>[] {
  const linked = linkedOf(table);
  const others = columns.filter(({ name }) => name !== linked);
  return [
    ...(linked === undefined ? [] : [{ column: linked, role: 'unseen' as const, evidence: 'texts come again in several rows, and are new at use time' }]),
    ...others.map(({ name }) => ({ column: name, role: 'attribute' as const, evidence: 'recorded beside the texts' })),
  ];
}

/** Why pairs are divided as they are. */
export function pairSplitReason({ pair, reader }: TableProfile): string {
  const { one = '', other = '', apart = [] } = pair ?? {};
  const linked = 'linked' in reader ? reader.linked : undefined;
  if (linked === undefined) return '';
  return apart.length === 2
    ? `a text of ${one} or ${other} stands in several rows: rows that share one, directly or through others, are on one side`
    : `a text of ${apart[0] ?? ''} stands in several rows: all rows of one are on one side; nearly all rows hang together by ${apart[0] === one ? other : one}, whose texts may come on both sides`;
}
