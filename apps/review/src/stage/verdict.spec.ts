import { DIMENSIONS, type ReviewVerdict } from '@mle-smith/contracts';
import { parseReviewConfig } from '../config.ts';
import type { Claim } from './claim.ts';
import { assess, verdictOn } from './verdict.ts';

const CONFIG = parseReviewConfig({});
const SOURCES = { 'description.txt': 'Lower is better.', 'audit.json': { rows: { train: 887 }, alone: { weight: 0.4 } } };

function claim(over: Partial<Claim>): Claim {
  return {
    dimension: 'task_validity',
    points: 0,
    message: 'said',
    evidence: [{ source: 'description.txt', text: 'Lower is better' }],
    category: 'other',
    owner: 'designer',
    suggestion: '',
    ...over,
  };
}

const SUPPORTED = DIMENSIONS.map((dimension) => claim({ dimension }));

const verdictBy = (claims: readonly Claim[]): ReviewVerdict => verdictOn(assess(claims, SOURCES, CONFIG), 'llm', CONFIG);

describe('the verdict on claims', () => {
  it('refuses made-up evidence: the claim does not count, and is counted against the judge', () => {
    const invented = claim({ points: 5, evidence: [{ source: 'description.txt', text: 'Higher is better' }] });

    const verdict = verdictBy([...SUPPORTED, invented]);

    expect(verdict).toMatchObject({ overall: 5, recommendation: 'recommended', findings: [{ rule: 'review_evidence', evidence: { dropped: 1 } }] });
  });

  it.each([
    ['a number that was not measured', { source: 'audit.json#/rows/train', text: '88' }],
    ['a place that does not exist', { source: 'audit.json#/rows/test', text: '887' }],
    ['a source that does not exist', { source: 'notes.txt', text: 'Lower is better' }],
    ['no words at all', { source: 'description.txt', text: ' ' }],
    ['something that every object has', { source: 'audit.json#/constructor', text: 'function Object() { [native code] }' }],
  ])('refuses praise that rests on %s', (_title, quote) => {
    const verdict = verdictBy([claim({ evidence: [quote] })]);

    expect(verdict.dimensions.find(({ name }) => name === 'task_validity')).toMatchObject({ score: CONFIG.unexamined, evidence: [] });
  });

  it('refuses a claim without evidence', () => {
    const verdict = verdictBy([...SUPPORTED, claim({ points: 3, evidence: [] })]);

    expect(verdict.overall).toBe(5);
  });

  it('recommends from a mean of 4, without a broken floor and without a high issue', () => {
    const verdict = (claims: Claim[]): string => verdictBy([...SUPPORTED, ...claims]).recommendation;

    expect({
      mean: verdict(DIMENSIONS.map((dimension) => claim({ dimension, points: 1 }))),
      floor: verdict([claim({ dimension: 'metric_fit', points: 1 }), claim({ dimension: 'metric_fit', points: 2 })]),
      high: verdict([claim({ dimension: 'data_quality', points: 3 })]),
      low: verdict(DIMENSIONS.map((dimension) => claim({ dimension, points: 2 }))),
      rejected: verdict(DIMENSIONS.map((dimension) => claim({ dimension, points: 3 }))),
    }).toEqual({ mean: 'recommended', floor: 'conditional', high: 'conditional', low: 'conditional', rejected: 'rejected' });
  });

  it('blocks by high issues and by what broke a floor, and warns by the rest', () => {
    const verdict = verdictBy([
      ...SUPPORTED,
      claim({ dimension: 'data_quality', points: 2 }),
      claim({ dimension: 'metric_fit', points: 1 }),
      claim({ dimension: 'metric_fit', points: 2 }),
    ]);

    expect(verdict.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['data_quality warn', 'metric_fit block', 'metric_fit block']);
  });
});
