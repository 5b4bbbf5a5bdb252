import { createHash } from 'node:crypto';
import type { Proposal } from '@mle-smith/contracts';

const LONGEST_ID = 63;

/** A DNS-1123 label from dataset and target; long ones end in a digest of what was cut. Neither part holds two hyphens in a row. */
export function taskId(datasetId: string, target: string): string {
  const whole = `${label(datasetId)}--${label(target) || 'target'}`;
  return whole.length <= LONGEST_ID ? whole : withDigest(whole, whole);
}

/** The proposals of one dataset with ids that differ: names that are alike in a label, or have no letter in one, get a digest of the column. */
export function withDistinctIds(proposals: readonly Proposal[]): Proposal[] {
  const taken = new Set<string>();
  return proposals.map((proposal) => {
    const id = taken.has(proposal.id) ? withDigest(proposal.id, JSON.stringify([proposal.table, proposal.target.column])) : proposal.id;
    taken.add(id);
    return { ...proposal, id };
  });
}

function label(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function withDigest(id: string, of: string): string {
  const digest = createHash('sha256').update(of).digest('hex').slice(0, 8);
  return `${id.slice(0, LONGEST_ID - 9).replace(/-+$/, '')}-${digest}`;
}
