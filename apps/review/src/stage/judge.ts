import { DIMENSIONS, type Finding, type ReviewVerdict } from '@mle-smith/contracts';
import type { ReviewConfig } from '../config.ts';
import { DIMENSION_JUDGES } from './rules/dimensions.ts';
import { checkEvidence, sourceTexts, type Sources } from './sources.ts';

/** Scores the eight dimensions from measurements. A score that no evidence supports is capped at 3. */
export function judgeByRules(sources: Sources, config: ReviewConfig): ReviewVerdict {
  const texts = sourceTexts(sources);
  const dimensions = DIMENSIONS.map((name) => {
    const { score, reason, evidence } = DIMENSION_JUDGES[name](sources, config);
    const { kept } = checkEvidence(evidence, texts);
    return { name, score: kept.length === 0 ? Math.min(score, 3) : score, reason, evidence: kept };
  });
  const overall = Number((dimensions.reduce((sum, { score }) => sum + score, 0) / dimensions.length).toFixed(2));
  const findings = dimensions.filter(({ score }) => score < 5).map(({ name, score, reason, evidence }): Finding => ({ rule: name, severity: score < (config.floors[name] ?? 0) ? 'block' : 'warn', message: reason, evidence: { score, quoted: evidence.map(({ text }) => text) }, owner: 'none' }));
  const broken = findings.some((finding) => finding.severity === 'block');
  const recommendation = broken || overall < config.conditional ? 'rejected' : overall >= config.recommended ? 'recommended' : 'conditional';
  return { passed: recommendation !== 'rejected', engine: 'rules', version: '1', dimensions, overall, recommendation, findings };
}
