import { Dataset, Proposal, type AssertVerdict, type ReasonCode } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { getJson, putJson } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome } from '@mle-smith/stage-runtime';
import { repairStage, type TwinIndex } from '@mle-smith/task';
import type { AssertConfig } from '../config.ts';
import { judge } from './judge.ts';
import { measure, MeasureFault, trustOf, type MeasureInput } from './measure.ts';

export interface AssertOptions {
  readonly jobs: JobRunner;
  readonly config: AssertConfig;
  /** Tasks that exist already: another one like them is told. */
  readonly catalogue?: TwinIndex | undefined;
}

/** Rules whose failure means that the inputs give the answer away. */
const LEAK_RULES = new Set(['L02', 'S03', 'S04', 'S06', 'S08', 'S09', 'S10', 'S11', 'S13', 'S14', 'S28']);

/** Do the parts run, and do they run the same everywhere? Leaves `assertDesign`. */
export function createAssertDesignStage(options: AssertOptions): StageHandler {
  return stage(options, 'design', 'design', 'assertDesign');
}

/** Every rule on the finished package. Leaves `audit` and `assert`. */
export function createAssertPackageStage(options: AssertOptions): StageHandler {
  return stage(options, 'package', 'package', 'assert');
}

function stage({ jobs, config, catalogue }: AssertOptions, phase: 'design' | 'package', document: string, verdictName: string): StageHandler {
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const dataset = Dataset.parse(await getJson(artifacts, documentOf(item, 'dataset')));
    const proposal = Proposal.parse(await getJson(artifacts, documentOf(item, 'proposal')));
    const trust = await trustOf(artifacts, documentOf(item, document));
    let measurements;
    try {
      measurements = await measure(
        { jobs, artifacts, name: item.id, bundle: documentOf(item, document), raw: dataset.raw, proposal, trust, config, catalogue },
        { programs: phase === 'design', tables: phase === 'package' },
        signal,
      );
    } catch (error) {
      if (error instanceof MeasureFault) return { kind: 'retry', code: error.code, message: error.message };
      throw error;
    }
    const verdict = judge(measurements, [phase], config, jobs.isolation(trust));
    const documents = {
      [verdictName]: await putJson(artifacts, verdict),
      ...(phase === 'package' ? { audit: await putJson(artifacts, { audit: measurements.audit, metric: measurements.metric }) } : {}),
    };
    return outcomeOf(verdict, documents);
  };
}

function outcomeOf(verdict: AssertVerdict, documents: Readonly<Record<string, string>>): StageOutcome {
  if (verdict.passed) return { kind: 'advanced', documents };
  const blocking = verdict.findings.filter((finding) => finding.severity === 'block');
  const to = repairStage(blocking);
  const first = blocking[0];
  if (to !== undefined) return { kind: 'returned', to, findings: blocking, documents };
  const code: ReasonCode = first?.rule === 'S20' ? 'noisy' : first !== undefined && LEAK_RULES.has(first.rule) ? 'leaking' : 'defective';
  return { kind: 'ended', code, message: first === undefined ? 'it did not pass' : `${first.rule}: ${first.message}`, findings: verdict.findings, documents };
}

/** Measures and judges a package outside of any pipeline: all rules of both phases. Throws `MeasureFault`. */
export async function assertPackage(
  input: MeasureInput,
  signal: AbortSignal,
): Promise<{ verdict: AssertVerdict; measurements: Awaited<ReturnType<typeof measure>> }> {
  const measurements = await measure(input, { programs: true, tables: true }, signal);
  return { verdict: judge(measurements, ['design', 'package'], input.config, input.jobs.isolation(input.trust)), measurements };
}
