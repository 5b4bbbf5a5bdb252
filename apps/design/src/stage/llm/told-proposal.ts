import { untrusted } from '@mle-smith/agent';
import type { Proposal } from '@mle-smith/contracts';

/** Most characters of what there is one of for each column. */
const MOST_OF_COLUMNS = 30_000;

/**
 * A proposal as the Designer reads it: what is asked for first, whole; what grows with the columns after it, in blocks
 * of their own, each of which may be cut without the others.
 */
export function toldProposal(proposal: Proposal): readonly string[] {
  const { inputs, textInputs, media, ledger, columnNotes, reader, target, ...asked } = proposal;
  const { question, objective, metric, split, ...rest } = asked;
  const notes = Object.entries(columnNotes);
  const lines = (label: string, entries: readonly unknown[]): readonly string[] =>
    entries.length === 0 ? [] : [untrusted(label, entries.map((entry) => JSON.stringify(entry)).join('\n'), MOST_OF_COLUMNS)];
  return [
    untrusted('proposal', JSON.stringify({ question, objective, target, metric, split, ...rest }, undefined, 2)),
    untrusted('inputs', JSON.stringify({ inputs, ...(textInputs.length === 0 ? {} : { textInputs }), ...(media.length === 0 ? {} : { media }) })),
    untrusted('reader', JSON.stringify(reader)),
    ...lines('ledger', ledger),
    ...lines('column notes', notes),
  ];
}
