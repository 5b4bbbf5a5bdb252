import { outcomeOfModelError } from '@mle-smith/agent';
import { AssertVerdict, Proposal, type Finding, type ReviewVerdict } from '@mle-smith/contracts';
import { getJson, putJson, type Digest } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome } from '@mle-smith/stage-runtime';
import { repairStage } from '@mle-smith/task';
import type { ReviewConfig } from '../config.ts';
import { JudgeFailedError, type Panel } from './llm/panel.ts';
import { reviewPackage, reviewPackageByModels } from './review-package.ts';

export interface ReviewOptions {
  readonly config: ReviewConfig;
  /** Judges that are models; without them rules judge. */
  readonly panel?: Panel | undefined;
}

/** Judges a package by the rubric. Leaves `review`; a task that is not recommended is returned for repair or ends. */
export function createReviewStage({ config, panel }: ReviewOptions): StageHandler {
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const assert = AssertVerdict.parse(await getJson(artifacts, documentOf(item, 'assert')));
    const proposal = item.documents['proposal'] === undefined ? undefined : Proposal.parse(await getJson(artifacts, item.documents['proposal']));
    const input = { artifacts, bundle: documentOf(item, 'package'), audit: await getJson(artifacts, documentOf(item, 'audit')), assert, proposal, config };
    let verdict: ReviewVerdict;
    try {
      const place = { stage: item.stage, subject: item.id, dataset: item.datasetId, generation: item.generation };
      verdict = panel === undefined ? await reviewPackage(input) : await reviewPackageByModels(input, panel, place, signal);
    } catch (error) {
      if (error instanceof JudgeFailedError) return { kind: 'ended', code: error.code, message: error.message };
      return outcomeOfModelError(error);
    }
    const documents = { review: await putJson(artifacts, verdict) };
    if (verdict.passed) return { kind: 'advanced', documents };
    if (verdict.dimensions.length === 0) return withDefects(verdict, documents);
    const repairs = verdict.recommendation === 'rejected' || item.generation > config.repairRounds ? [] : repairable(verdict.findings);
    const to = repairStage(repairs);
    if (to !== undefined) return { kind: 'returned', to, findings: repairs, documents };
    return { kind: 'ended', code: 'rejected_by_review', message: messageOf(verdict, config), findings: verdict.findings, documents };
  };
}

/** What the assertions blocked is returned with its defects and never scored. */
function withDefects(verdict: ReviewVerdict, documents: Readonly<Record<string, Digest>>): StageOutcome {
  const to = repairStage(verdict.findings);
  if (to !== undefined) return { kind: 'returned', to, findings: verdict.findings, documents };
  return { kind: 'ended', code: 'defective', message: 'the assertions did not pass, so no review was run', findings: verdict.findings, documents };
}

/** Findings that name a repair, as ones that must be answered; none where a high issue would stay. */
function repairable(findings: readonly Finding[]): Finding[] {
  const mendable = findings.filter((finding) => finding.repair !== undefined && finding.repair.action !== 'none' && finding.owner !== 'none');
  const stays = findings.some((finding) => finding.severity === 'block' && !mendable.includes(finding));
  return stays ? [] : mendable.map((finding) => ({ ...finding, severity: 'block' as const }));
}

function messageOf({ overall, recommendation, dimensions }: ReviewVerdict, config: ReviewConfig): string {
  const low = [...dimensions]
    .sort((one, other) => one.score - other.score)
    .filter(({ name, score }) => score < Math.max(config.floors[name] ?? 0, config.recommended))
    .slice(0, 3);
  return `${recommendation} with ${overall} of 5: ${low.map(({ name, score, reason }) => `${name} ${score} (${reason})`).join('; ')}`;
}
