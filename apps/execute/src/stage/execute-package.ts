import type { ExecuteVerdict, ProbeResult, ReasonCode } from '@mle-smith/contracts';
import { Environment, type Job, type JobRunner } from '@mle-smith/environment';
import {
  checkExports,
  exportedGraders,
  NotExportableError,
  putFiles,
  readExportSource,
  readManifest,
  type ArtifactStore,
  type Digest,
  type ExportSource,
} from '@mle-smith/package';
import type { ExecuteConfig } from '../config.ts';
import { ClimbError, climb, type Climbed } from './climb.ts';
import { taskProbes } from './probes.ts';
import { judgeExecution } from './rules/rule-table.ts';
import type { LadderSpec } from '@mle-smith/task';
import { valueOf } from './value.ts';

export interface ExecutePackageInput {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly name: string;
  /** A package in its normal form. */
  readonly bundle: Digest;
  /** Undefined where the package's metric is none of the catalogue: then only the probes are run. */
  readonly spec: LadderSpec | undefined;
  /** Source of the cheat oracle. */
  readonly cheat: string;
  /** Results of the platform's probes, the same for every task of a process. */
  readonly platform: (environment: Environment, signal: AbortSignal) => Promise<readonly ProbeResult[]>;
  /** Whose metric.py grades. */
  readonly trust: Job['trust'];
  readonly config: ExecuteConfig;
}

/** What came of it. */
export interface Execution {
  readonly verdict: ExecuteVerdict;
  readonly climbed: Climbed | undefined;
  readonly code: ReasonCode | undefined;
}

/** Climbs the ladder, runs the probes and judges. Throws `ClimbError` and `EnvironmentFault` for faults of the machine. */
export async function executePackage(input: ExecutePackageInput, signal: AbortSignal): Promise<Execution> {
  const { jobs, artifacts, name, bundle, spec, config } = input;
  const source = await exportSourceOf(artifacts, bundle);
  let climbed: Climbed | undefined;
  let failure: ClimbError | undefined;
  if (spec !== undefined) {
    try {
      const exports = source === undefined ? undefined : await gradersOf(artifacts, source);
      climbed = await climb(jobs, artifacts, { name, bundle, spec, trust: input.trust, ...(exports === undefined ? {} : { exports }) }, config, signal);
    } catch (error) {
      if (!(error instanceof ClimbError) || error.lost) throw error;
      failure = error;
    }
  }
  const environment = new Environment({ jobs, artifacts, bundle, name, trust: input.trust, spec: spec ?? { id: 'id', target: '' } });
  const probes = [
    ...(await taskProbes(environment, artifacts, input.cheat, climbed?.official.sample ?? undefined, config.probeWallMs, signal)),
    ...(await input.platform(environment, signal)),
  ];
  const judged = judgeExecution(
    {
      spec: spec ?? NO_SPEC,
      climbed,
      exports:
        climbed === undefined || source === undefined
          ? undefined
          : checkExports({ ...source, manifest: { ...source.manifest, value: valueOf(source.manifest, climbed, false, config) } }),
      probes:
        climbed === undefined ? probes.filter((probe) => probe.name !== 'sample_submission' && probe.name !== 'fake_score_and_left_over_process') : probes,
    },
    config,
  );
  const findings =
    failure === undefined
      ? judged.findings
      : [{ rule: 'X02', severity: 'block' as const, message: failure.message, evidence: {}, owner: 'none' as const }, ...judged.findings];
  const passed = !findings.some((finding) => finding.severity === 'block');
  return {
    verdict: {
      passed,
      engine: 'rules',
      version: '1',
      isolation: jobs.isolation('untrusted'),
      ...(climbed === undefined ? {} : { ladder: climbed.ladder }),
      probes,
      rules: judged.rules,
      findings,
    },
    climbed,
    code: passed ? undefined : (judged.code ?? 'unlearnable'),
  };
}

/** What exports are made from; undefined for a package without a manifest. */
async function exportSourceOf(artifacts: ArtifactStore, bundle: Digest): Promise<ExportSource | undefined> {
  const manifest = await readManifest(artifacts, bundle);
  return manifest === undefined ? undefined : readExportSource(artifacts, await artifacts.getBundle(bundle), manifest);
}

/** The metric in the forms of other tools, as a bundle; undefined where it has none, which X14 says. */
async function gradersOf(artifacts: ArtifactStore, source: ExportSource): Promise<Digest | undefined> {
  try {
    return await artifacts.putBundle(await putFiles(artifacts, exportedGraders(source)));
  } catch (error) {
    if (!(error instanceof NotExportableError)) throw error;
    return undefined;
  }
}

const NO_SPEC: LadderSpec = { objective: 'regression', metric: '', target: '', id: 'id', text: [], media: {}, seed: 0 };
