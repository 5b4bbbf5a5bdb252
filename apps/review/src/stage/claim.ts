import type { DIMENSIONS, Finding } from '@mle-smith/contracts';
import type { ReviewConfig } from '../config.ts';
import { at, cite, textAt, type Quote, type Sources } from './sources.ts';

export type Dimension = (typeof DIMENSIONS)[number];

/** One thing that a judge says about a dimension. It counts only where its evidence is found at its source. */
export interface Claim {
  readonly dimension: Dimension;
  /** What it costs of the five points; 0 for what speaks for the task. */
  readonly points: number;
  readonly message: string;
  readonly evidence: readonly Quote[];
  /** Family of the assertion, or `other`. */
  readonly category: string;
  readonly owner: Finding['owner'];
  /** What to do about it, in words. */
  readonly suggestion: string;
  readonly repair?: Finding['repair'];
}

/** Judges one dimension from the sources alone. */
export type Judge = (sources: Sources, config: ReviewConfig) => readonly Claim[];

export const ASSERT = 'verification/assert.json';
export const AUDIT = 'verification/audit.json';
export const MANIFEST = 'task.json';
export const DESCRIPTION = 'data/public/description.txt';
export const RECIPE = 'raw.txt';
export const PROPOSAL = 'proposal.json';

/** Something that speaks for the task; nothing where its evidence is missing. */
export function support(dimension: Dimension, message: string, evidence: readonly Quote[]): readonly Claim[] {
  return evidence.length === 0 ? [] : [{ dimension, points: 0, message, evidence, category: 'other', owner: 'none', suggestion: '' }];
}

/** Something that speaks against it; nothing where it does not hold or its evidence is missing. */
export function fault(
  dimension: Dimension,
  points: number,
  holds: boolean,
  message: string,
  evidence: readonly Quote[],
  more: Partial<Pick<Claim, 'category' | 'owner' | 'suggestion' | 'repair'>> = {},
): readonly Claim[] {
  return !holds || evidence.length === 0 ? [] : [{ dimension, points, message, evidence, category: 'other', owner: 'designer', suggestion: '', ...more }];
}

/** The place of a rule's result among the assertions. */
export function rulePlace(id: string, ...steps: readonly string[]): string {
  return at(ASSERT, 'rules', id, ...steps);
}

/** Rules of the assert stage that failed (three points) or warned (as many points as stated). */
export function openRules(sources: Sources, dimension: Dimension, warnings: Readonly<Record<string, number>>): readonly Claim[] {
  return Object.entries(warnings).flatMap(([id, points]) => {
    const status = textAt(sources, rulePlace(id, 'status'));
    const reason = textAt(sources, rulePlace(id, 'reason'));
    const evidence = cite(sources, rulePlace(id, 'status'), ...(reason === '' ? [] : [rulePlace(id, 'reason')]));
    return fault(
      dimension,
      status === 'failed' ? 3 : points,
      status === 'failed' || status === 'warned',
      `${id}: ${reason === '' ? textAt(sources, rulePlace(id, 'title')) : reason}`,
      evidence,
      { category: id.charAt(0), suggestion: `mend what rule ${id} reports` },
    );
  });
}

/** Rules that passed, as support. */
export function passedRules(sources: Sources, dimension: Dimension, ids: readonly string[]): readonly Claim[] {
  const passed = ids.filter((id) => textAt(sources, rulePlace(id, 'status')) === 'passed');
  return support(dimension, `${passed.join(', ')} passed`, cite(sources, ...passed.map((id) => rulePlace(id, 'status'))));
}
