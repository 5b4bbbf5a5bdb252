import type { AssertVerdict, Proposal, ReviewVerdict } from '@mle-smith/contracts';
import { readBundleText, readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import { parseReviewConfig, type ReviewConfig } from '../config.ts';
import { DESCRIPTION, RECIPE } from './claim.ts';
import { judgeByRules } from './judge.ts';

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
export async function reviewPackage({ artifacts, bundle, audit, assert, proposal, config = parseReviewConfig({}) }: ReviewInput): Promise<ReviewVerdict> {
  const [manifest, description, recipe] = await Promise.all([
    readManifest(artifacts, bundle),
    readBundleText(artifacts, bundle, DESCRIPTION),
    readBundleText(artifacts, bundle, RECIPE),
  ]);
  return judgeByRules({ assert, audit, manifest, description, recipe, proposal }, config);
}
