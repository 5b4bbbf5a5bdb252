import { Dataset, Profile, Proposal, isMetricName, type Finding, type ReasonCode } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { DesignFacts, DesignRecord, canonicalJson, getJson, putFiles, putJson, readBundleText, type ArtifactStore } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome, type WorkItem } from '@mle-smith/stage-runtime';
import type { DesignConfig } from '../config.ts';
import { descriptionText } from './description.ts';
import { metricSource } from './metric-source.ts';
import { planOf } from './plan.ts';
import { prepareSource } from './prepare-source.ts';
import { readerModules } from './reader-source.ts';
import { recordOf } from './record.ts';
import { amend } from './repair.ts';

export interface DesignOptions {
  readonly jobs: JobRunner;
  readonly config: DesignConfig;
}

/** Rules whose findings say that the inputs give the answer away. */
const LEAK_RULES = new Set(['S03', 'S04', 'S06', 'S08', 'S09', 'S13', 'S14', 'S28']);

/** Writes prepare.py, metric.py and the description, and prepares the data once. Leaves `proposal` and `design`. */
export function createDesignStage({ jobs, config }: DesignOptions): StageHandler {
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
      if (refused !== undefined || amendment.changes.length === 0 || item.generation > config.maxGenerations) return abandoned(item.findings, refused);
      proposal = amendment.proposal;
      lineage.repairs.push({
        generation: item.generation,
        rules: [...new Set(item.findings.map((finding) => finding.rule))].sort(),
        change: amendment.changes.join('; '),
      });
    }
    if (!isMetricName(proposal.metric.name))
      return { kind: 'ended', code: 'platform_error', message: `the proposal's metric is not in the catalogue [metric=${proposal.metric.name}]` };

    const plan = planOf(proposal, profile);
    const sources = { 'utils/prepare.py': prepareSource(plan, await modules), 'utils/metric.py': metricSource(plan) };
    const result = await jobs.run(
      {
        name: `design-${item.id}-${item.generation}`,
        zone: 'measure',
        trust: 'ours',
        run: {
          call: 'mle_env.describe:describe',
          argument: {
            target: proposal.target.name,
            classes: plan.classes.length > 0 || plan.target === 'binary',
            several: plan.target === 'tags' || plan.target === 'labels' ? plan.target : null,
            event: proposal.target.event !== undefined,
          },
        },
        inputs: [{ at: 'raw', bundle: dataset.raw }],
        files: Object.fromEntries(Object.entries(sources).map(([path, text]) => [`design/${path}`, new TextEncoder().encode(text)])),
        outputs: ['data'],
        limits: { wallMs: config.prepareWallMs, cpuSeconds: Math.ceil(config.prepareWallMs / 1000), memoryMb: config.prepareMemoryMb },
      },
      signal,
    );
    if (result.status === 'lost') return { kind: 'retry', code: 'sandbox_lost', message: result.message };
    if (result.status !== 'succeeded') return { kind: 'ended', code: 'defective', message: `prepare.py did not run: ${result.message}` };
    const facts = DesignFacts.parse(result.value);
    // A micro variant has few training rows on purpose, and the test rows of its full task.
    if (proposal.micro === undefined && facts.trainRows + facts.testRows < config.minRows)
      return { kind: 'ended', code: 'too_few_rows', message: `${facts.trainRows + facts.testRows} labelled rows are left; ${config.minRows} are needed` };

    const record = recordOf(plan, facts, item.id, { ...lineage, generation: item.generation });
    const written = await putFiles(artifacts, {
      ...sources,
      'description.txt': descriptionText(plan, facts, dataset, config),
      'design.json': canonicalJson(record),
    });
    return {
      kind: 'advanced',
      documents: { proposal: await putJson(artifacts, proposal), design: await artifacts.putBundle([...written, ...result.outputs]) },
    };
  };
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
