import type { CallPlace } from '@mle-smith/agent';
import type { AssertVerdict, Proposal, ReviewVerdict } from '@mle-smith/contracts';
import { readBundleText, readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import { parseReviewConfig, type ReviewConfig } from '../config.ts';
import { DESCRIPTION, RECIPE } from './claim.ts';
import { assessByRules, judgeByRules, sourcesOf, unscored, type Material } from './judge.ts';
import { judgeByModels, type Panel } from './llm/panel.ts';
import type { Sources } from './sources.ts';

export interface ReviewInput {
  readonly artifacts: ArtifactStore;
  /** A package in its normal form. */
  readonly bundle: Digest;
  /** The `audit` document: `{audit, metric}`. */
  readonly audit: unknown;
  readonly assert: AssertVerdict;
  /** A foreign package has none. */
  readonly proposal?: Proposal | undefined;
  readonly config?: ReviewConfig;
}

/** Reads a package and judges it by the rubric. Throws `ManifestInvalidError` where task.json cannot be used. */
export async function reviewPackage(input: ReviewInput): Promise<ReviewVerdict> {
  return judgeByRules(await materialOf(input), input.config ?? parseReviewConfig({}));
}

/** The same by a panel of models. Throws `JudgeFailedError` and `ModelError` too. */
export async function reviewPackageByModels(input: ReviewInput, panel: Panel, place: Omit<CallPlace, 'agent'>, signal: AbortSignal): Promise<ReviewVerdict> {
  if (!input.assert.passed) return unscored(input.assert, 'llm');
  const [material, config] = [await materialOf(input), input.config ?? parseReviewConfig({})];
  const sources: Sources = { ...sourcesOf(material), ...(await programsOf(input)) };
  return judgeByModels(panel, { sources, byRules: assessByRules(material, config), place, config }, signal);
}

/** What a judge who can read programs is shown besides. */
async function programsOf({ artifacts, bundle }: ReviewInput): Promise<Sources> {
  const paths = ['utils/prepare.py', 'utils/metric.py'];
  const texts = await Promise.all(paths.map(async (path) => [path, await readBundleText(artifacts, bundle, path)] as const));
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
}

async function materialOf({ artifacts, bundle, audit, assert, proposal }: ReviewInput): Promise<Material> {
  const [manifest, description, recipe] = await Promise.all([
    readManifest(artifacts, bundle),
    readBundleText(artifacts, bundle, DESCRIPTION),
    readBundleText(artifacts, bundle, RECIPE),
  ]);
  return { assert, audit, manifest, description, recipe, proposal };
}
