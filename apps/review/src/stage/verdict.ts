import { DIMENSIONS, type Finding, type ReviewVerdict } from '@mle-smith/contracts';
import type { ReviewConfig } from '../config.ts';
import type { Claim, Dimension } from './claim.ts';
import { occurs, type Sources } from './sources.ts';

type Scored = ReviewVerdict['dimensions'][number];

/** Points from which one issue alone speaks against a task. */
const HIGH = 3;
/** Quotes that a dimension shows. */
const SHOWN = 8;

/** What a judge's claims come to: scores, what is wrong, and how many claims were dropped. */
export interface Assessment {
  readonly dimensions: readonly Scored[];
  readonly issues: readonly Claim[];
  readonly dropped: number;
}

/**
 * Scores a judge's claims. A claim without evidence, or with evidence that does not stand at its source,
 * is dropped and counted against the judge; a dimension that nothing was found about stays at `unexamined`.
 */
export function assess(claims: readonly Claim[], sources: Sources, config: ReviewConfig): Assessment {
  const sound = claims.filter((claim) => claim.evidence.length > 0 && claim.evidence.every((quote) => occurs(quote, sources)));
  const dimensions = DIMENSIONS.map((name) =>
    scored(
      name,
      sound.filter((claim) => claim.dimension === name),
      config,
    ),
  );
  return { dimensions, issues: sound.filter((claim) => claim.points > 0), dropped: claims.length - sound.length };
}

/** The recommendation on an assessment. */
export function verdictOn({ dimensions, issues, dropped }: Assessment, engine: ReviewVerdict['engine'], config: ReviewConfig): ReviewVerdict {
  const overall = Number((dimensions.reduce((sum, { score }) => sum + score, 0) / dimensions.length).toFixed(2));
  const broken = dimensions.filter(({ name, score }) => score < (config.floors[name] ?? 0)).map(({ name }) => name);
  const sure = broken.length === 0 && !issues.some((claim) => claim.points >= HIGH);
  const recommendation = overall >= config.recommended && sure ? 'recommended' : overall >= config.conditional ? 'conditional' : 'rejected';
  return {
    passed: recommendation === 'recommended',
    engine,
    version: '1',
    dimensions: [...dimensions],
    overall,
    recommendation,
    findings: [...issues.map((claim) => findingOf(claim, broken.includes(claim.dimension))), ...(dropped === 0 ? [] : [distrust(dropped)])],
  };
}

function scored(name: Dimension, claims: readonly Claim[], config: ReviewConfig): Scored {
  const faults = claims.filter((claim) => claim.points > 0);
  const best = claims.some((claim) => claim.points === 0) ? 5 : config.unexamined;
  const score = Math.max(0, best - faults.reduce((sum, claim) => sum + claim.points, 0));
  const reasons = (faults.length > 0 ? faults : claims).map((claim) => claim.message);
  return {
    name,
    score,
    reason: [...reasons, ...(best < 5 ? ['nothing that speaks for it was measured'] : [])].join('; '),
    evidence: [...faults, ...claims.filter((claim) => claim.points === 0)].flatMap((claim) => claim.evidence).slice(0, SHOWN),
  };
}

/** The issue record of the rubric as a finding; an issue is high by its points or because its dimension broke its floor. */
function findingOf(claim: Claim, brokeFloor: boolean): Finding {
  const high = claim.points >= HIGH || brokeFloor;
  return {
    rule: claim.dimension,
    severity: high ? 'block' : 'warn',
    message: claim.message,
    evidence: {
      severity: high ? 'high' : claim.points === 2 ? 'medium' : 'low',
      category: claim.category,
      points: claim.points,
      quotes: claim.evidence,
      suggestion: claim.suggestion,
    },
    owner: claim.owner,
    ...(claim.repair === undefined ? {} : { repair: claim.repair }),
  };
}

function distrust(dropped: number): Finding {
  return {
    rule: 'review_evidence',
    severity: 'warn',
    message: `${dropped} claims of the judge were dropped: their evidence does not stand where it is said to`,
    evidence: { dropped },
    owner: 'none',
  };
}
