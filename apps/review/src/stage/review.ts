import { AssertVerdict } from '@mle-smith/contracts';
import { getJson, putJson, readBundleText, readManifest } from '@mle-smith/package';
import type { StageHandler, StageOutcome, WorkItem } from '@mle-smith/stage-runtime';
import type { ReviewConfig } from '../config.ts';
import { judgeByRules } from './judge.ts';

/** Scores a package by the rubric, from its measurements. Leaves `review`. */
export function createReviewStage({ config }: { readonly config: ReviewConfig }): StageHandler {
  return async (item, { artifacts }): Promise<StageOutcome> => {
    const bundle = documentOf(item, 'package');
    const manifest = await readManifest(artifacts, bundle);
    if (manifest === undefined) throw new RangeError(`the package lacks its manifest [task=${item.id}]`);
    const assert = AssertVerdict.parse(await getJson(artifacts, documentOf(item, 'assert')));
    const description = (await readBundleText(artifacts, bundle, 'data/public/description.txt')) ?? '';
    const verdict = judgeByRules({ manifest, description, assert }, config);
    const review = await putJson(artifacts, verdict);
    if (verdict.passed) return { kind: 'advanced', documents: { review } };
    const worst = verdict.findings.find((finding) => finding.severity === 'block') ?? verdict.findings[0];
    return { kind: 'ended', code: 'rejected_by_review', message: `${verdict.overall} of 5: ${worst?.rule ?? ''}: ${worst?.message ?? ''}`, findings: verdict.findings, documents: { review } };
  };
}

function documentOf(item: WorkItem, name: string): string {
  const digest = item.documents[name];
  if (digest === undefined) throw new RangeError(`the task lacks a document [task=${item.id} document=${name}]`);
  return digest;
}
