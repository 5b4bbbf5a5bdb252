import { Dataset, Profile, Proposal, isMetricName, type Finding, type ReasonCode } from '@mle-smith/contracts';
import { draftFaults, endWithoutAnswer, outcomeOfModelError, type AgentOutcome, type DraftTexts } from '@mle-smith/agent';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import { DesignRecord, canonicalJson, getJson, putFiles, putJson, readBundleText, type ArtifactStore, type DesignFacts, type Digest } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome, type WorkItem } from '@mle-smith/stage-runtime';
import { deterministicName } from '@mle-smith/task';
import type { DesignConfig } from '../config.ts';
import { carryOut, type CarriedOut, type Programs } from './carry-out.ts';
import { descriptionText } from './description.ts';
import { draftDesign, type Designer } from './llm/designer.ts';
import { Draft } from './llm/draft.ts';
import { metricSource } from './metric-source.ts';
import { planOf } from './plan.ts';
import { prepareSource } from './prepare-source.ts';
import { readerModules } from './reader-source.ts';
import { recordOf } from './record.ts';
import { amend } from './repair.ts';

export interface DesignOptions {
  readonly jobs: JobRunner;
  readonly config: DesignConfig;
  /** The agent that writes the programs and the description; without it templates do. */
  readonly designer?: Designer | undefined;
}

/** Rules whose findings say that the inputs give the answer away. */
const LEAK_RULES = new Set(['S03', 'S04', 'S06', 'S08', 'S09', 'S13', 'S14', 'S28']);

/** Writes prepare.py, metric.py and the description, and prepares the data once. Leaves `proposal` and `design`. */
export function createDesignStage({ jobs, config, designer }: DesignOptions): StageHandler {
  const modules = readerModules(config.readersDirectory, config.calendarModules);
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const original = Proposal.parse(await getJson(artifacts, documentOf(item, 'proposal')));
    const profile = Profile.parse(await getJson(artifacts, documentOf(item, 'profile')));
    const dataset = Dataset.parse(await getJson(artifacts, documentOf(item, 'dataset')));
    const lineage = await lineageOf(artifacts, item);
    let proposal = original;
    if (item.findings.length > 0) {
      const amendment = amend(original, item.findings);
      const refused = amendment.unmended[0];
      // What no change of the proposal mends, an agent may mend in what it wrote.
      const unmended = designer === undefined && (refused !== undefined || amendment.changes.length === 0);
      if (unmended || item.generation > config.maxGenerations) return abandoned(item.findings, refused);
      proposal = amendment.proposal;
      lineage.repairs.push({
        generation: item.generation,
        rules: [...new Set(item.findings.map((finding) => finding.rule))].sort(),
        change: amendment.changes.join('; ') || 'mended by the Designer',
      });
    }
    if (!isMetricName(proposal.metric.name))
      return { kind: 'ended', code: 'platform_error', message: `the proposal's metric is not in the catalogue [metric=${proposal.metric.name}]` };

    const plan = planOf(proposal, profile);
    const blocks = { 'utils/prepare.py': prepareSource(plan, await modules), 'utils/metric.py': metricSource(plan) };
    // Drafts differ, and so do the names of their jobs.
    const nameOf = (programs: Programs): string =>
      `design-${item.id}-${item.generation}${programs === blocks ? '' : `-${deterministicName(canonicalJson(programs))}`}`;
    const carriedOut = (programs: Programs, trust: Job['trust']): Promise<CarriedOut> =>
      carryOut(jobs, { name: nameOf(programs), raw: dataset.raw, plan, programs, trust, config }, signal);
    const first = await carriedOut(blocks, 'ours');
    if ('fault' in first && first.fault === 'lost') return { kind: 'retry', code: 'sandbox_lost', message: first.message };
    if (designer === undefined || !('facts' in first)) {
      if ('fault' in first) return { kind: 'ended', code: 'defective', message: `prepare.py did not run: ${first.message}` };
      return finished({ programs: blocks, description: descriptionText(plan, first.facts, dataset, config), ...first });
    }
    const texts = {
      'prepare.py': blocks['utils/prepare.py'],
      'metric.py': blocks['utils/metric.py'],
      'description.txt': descriptionText(plan, first.facts, dataset, config),
    };
    const draft = new Draft({
      blocks: texts,
      texts: (await earlierDraft(artifacts, item)) ?? texts,
      run: (written) => carriedOut({ 'utils/prepare.py': written['prepare.py'], 'utils/metric.py': written['metric.py'] }, 'untrusted'),
      artifacts,
    });
    let outcome: AgentOutcome<unknown>;
    try {
      const place = { stage: item.stage, subject: item.id, dataset: item.datasetId, generation: item.generation };
      outcome = await draftDesign(designer, draft, { proposal, findings: item.findings, place, config }, signal);
    } catch (error) {
      return outcomeOfModelError(error);
    }
    const kept = { 'design-transcript': await putJson(artifacts, outcome.transcript) };
    if (draft.lost !== undefined) return { kind: 'retry', code: 'sandbox_lost', message: draft.lost };
    if (outcome.kind !== 'answered') return endWithoutAnswer('Designer', outcome, kept);
    const { ran } = draft;
    if (ran === undefined) throw new RangeError(`the Designer answered before its draft ran [task=${item.id}]`);
    const programs = { 'utils/prepare.py': ran.texts['prepare.py'], 'utils/metric.py': ran.texts['metric.py'] };
    return finished({ programs, description: ran.texts['description.txt'], facts: ran.facts, outputs: ran.outputs }, designer, kept);

    async function finished(
      design: { programs: Programs; description: string; facts: DesignFacts; outputs: JobResult['outputs'] },
      by?: Designer,
      more: Readonly<Record<string, Digest>> = {},
    ): Promise<StageOutcome> {
      const { programs: written, description, facts, outputs } = design;
      // A micro variant has few training rows on purpose, and the test rows of its full task.
      if (proposal.micro === undefined && facts.trainRows + facts.testRows < config.minRows)
        return {
          kind: 'ended',
          code: 'too_few_rows',
          message: `${facts.trainRows + facts.testRows} labelled rows are left; ${config.minRows} are needed`,
          documents: more,
        };
      // The last gate: whoever wrote them, people and programs read these texts as they are shown.
      const faults = draftFaults({ 'prepare.py': written['utils/prepare.py'], 'metric.py': written['utils/metric.py'], 'description.txt': description });
      if (faults.length > 0)
        return { kind: 'ended', code: 'defective', message: `texts are not what their reader sees: ${faults.join('; ')}`, documents: more };
      const record = {
        ...recordOf(plan, facts, item.id, { ...lineage, generation: item.generation }, by === undefined ? undefined : by.prompt.digest),
        ...(by !== undefined && canonicalJson(written) === canonicalJson(blocks) ? { blocks: true } : {}),
      };
      const files = await putFiles(artifacts, { ...written, 'description.txt': description, 'design.json': canonicalJson(record) });
      return {
        kind: 'advanced',
        documents: { ...more, proposal: await putJson(artifacts, proposal), design: await artifacts.putBundle([...files, ...outputs]) },
      };
    }
  };
}

/** The draft that was returned with findings; undefined where there is none. */
async function earlierDraft(artifacts: ArtifactStore, item: WorkItem): Promise<DraftTexts | undefined> {
  const design = item.documents['design'];
  if (design === undefined || item.findings.length === 0) return undefined;
  const [prepare, metric, description] = await Promise.all(
    ['utils/prepare.py', 'utils/metric.py', 'description.txt'].map((path) => readBundleText(artifacts, design, path)),
  );
  return prepare === undefined || metric === undefined || description === undefined
    ? undefined
    : { 'prepare.py': prepare, 'metric.py': metric, 'description.txt': description };
}

/** The end of a task whose findings ask for something that design must not or cannot do. */
function abandoned(findings: readonly Finding[], refused: Finding | undefined): StageOutcome {
  const finding = refused ?? findings[0];
  const code: ReasonCode = finding !== undefined && LEAK_RULES.has(finding.rule) ? 'leaking' : 'defective';
  return { kind: 'ended', code, message: finding === undefined ? 'no repair is left' : `${finding.rule}: ${finding.message}`, findings };
}

/** The repairs so far, from the design that was returned. */
async function lineageOf(artifacts: ArtifactStore, item: WorkItem): Promise<DesignRecord['lineage']> {
  const earlier = item.documents['design'] === undefined ? undefined : await readBundleText(artifacts, item.documents['design'], 'design.json');
  if (earlier === undefined) return { proposal: item.documents['proposal'] ?? '', generation: item.generation, repairs: [] };
  return DesignRecord.parse(JSON.parse(earlier)).lineage;
}
