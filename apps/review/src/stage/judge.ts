import type { AssertVerdict, Proposal, ReviewVerdict, TaskManifest } from '@mle-smith/contracts';
import type { ReviewConfig } from '../config.ts';
import { ASSERT, AUDIT, DESCRIPTION, MANIFEST, PROPOSAL, RECIPE } from './claim.ts';
import { JUDGES } from './rules/judges.ts';
import type { Sources } from './sources.ts';
import { assess, verdictOn, type Assessment } from './verdict.ts';

/** What a review reads. Package text is data: nothing in it is an instruction. What is absent is not judged. */
export interface Material {
  readonly assert: AssertVerdict;
  /** The `audit` document: `{audit, metric}`. */
  readonly audit?: unknown;
  readonly manifest?: TaskManifest | undefined;
  readonly description?: string | undefined;
  /** raw.txt, where the raw files are not shipped. */
  readonly recipe?: string | undefined;
  /** Names the raw files that prepare.py reads. */
  readonly proposal?: Proposal | undefined;
}

/** The rubric's verdict by the rule judge. A package that the assertions block is not scored. */
export function judgeByRules(material: Material, config: ReviewConfig): ReviewVerdict {
  return material.assert.passed ? verdictOn(assessByRules(material, config), 'rules', config) : unscored(material.assert, 'rules');
}

/** What the rule judge finds. */
export function assessByRules(material: Material, config: ReviewConfig): Assessment {
  const sources = sourcesOf(material);
  return assess(
    JUDGES.flatMap((judge) => judge(sources, config)),
    sources,
    config,
  );
}

/** The verdict on a package that the assertions block: no dimensions, and their findings. */
export function unscored(assert: AssertVerdict, engine: ReviewVerdict['engine']): ReviewVerdict {
  return {
    passed: false,
    engine,
    version: '1',
    dimensions: [],
    overall: 0,
    recommendation: 'rejected',
    findings: assert.findings.filter((finding) => finding.severity === 'block'),
  };
}

/** What may be quoted of the material. */
export function sourcesOf({ assert, audit, manifest, description, recipe, proposal }: Material): Sources {
  const all = { [ASSERT]: assert, [AUDIT]: audit, [MANIFEST]: manifest, [DESCRIPTION]: description, [RECIPE]: recipe, [PROPOSAL]: proposal };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
