import { DIMENSIONS } from '@mle-smith/contracts';
import { z } from 'zod';
import type { Claim } from '../claim.ts';

const Quote = z.strictObject({
  source: z.string().describe('The name of a text, or the place of a fact as it stands before the colon.'),
  text: z.string().describe('A part of that text, word for word, or the whole value of that fact.'),
});

const Issue = z.strictObject({
  severity: z.enum(['low', 'medium', 'high']),
  category: z.string().describe('The family of assertions that it belongs to (L, D, M, S), or other.'),
  message: z.string(),
  evidence: z.array(Quote).describe('At least one quote that shows it.'),
  owner: z.enum(['brainstormer', 'designer', 'refactor']),
  suggestion: z.string(),
});

/** What a judge of the rubric answers: for each dimension what speaks for the task and what against it, each with evidence. */
export const Opinion = z.strictObject({
  dimensions: z.array(
    z.strictObject({
      name: z.enum(DIMENSIONS),
      reason: z.string(),
      support: z.array(Quote).describe('Quotes that speak for the task in this dimension.'),
      issues: z.array(Issue),
    }),
  ),
});
export type Opinion = z.infer<typeof Opinion>;

/** Points that an issue takes from the five. */
const POINTS = { low: 1, medium: 2, high: 3 } as const;
/** A question that is not worth asking is asked otherwise, or not at all, by who designs it. */
const OWNERS = { brainstormer: 'designer', designer: 'designer', refactor: 'refactor' } as const;
const LONGEST = 400;

/** What is wrong with an opinion as such. */
export function complaintsOf({ dimensions }: Opinion): string[] {
  const count = (name: string): number => dimensions.filter((dimension) => dimension.name === name).length;
  return [
    ...DIMENSIONS.filter((name) => count(name) !== 1).map((name) => `dimensions: ${name} must be there once, and is there ${count(name)} times`),
    ...dimensions.flatMap(({ name, issues }) =>
      issues.filter(({ evidence }) => evidence.length === 0).map(({ message }) => `${name}: the issue "${message.slice(0, 80)}" has no evidence`),
    ),
  ];
}

/** The claims of an opinion. Whether their evidence stands where it is said to is for the verdict to see. */
export function claimsOf({ dimensions }: Opinion): Claim[] {
  return dimensions.flatMap(({ name, reason, support, issues }) => [
    ...(support.length === 0
      ? []
      : [{ dimension: name, points: 0, message: reason.slice(0, LONGEST), evidence: support, category: 'other', owner: 'none' as const, suggestion: '' }]),
    ...issues.map(({ severity, category, message, evidence, owner, suggestion }) => ({
      dimension: name,
      points: POINTS[severity],
      message: message.slice(0, LONGEST),
      evidence,
      category: category.slice(0, 40),
      owner: OWNERS[owner],
      suggestion: suggestion.slice(0, LONGEST),
    })),
  ]);
}
