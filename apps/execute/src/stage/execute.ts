import { outcomeOfModelError, type MendedBy } from '@mle-smith/agent';
import { Proposal, TaskManifest, type ProbeResult } from '@mle-smith/contracts';
import { EnvironmentFault, type Environment, type JobRunner } from '@mle-smith/environment';
import { canonicalJson, getJson, putFiles, putJson, readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome, type WorkItem } from '@mle-smith/stage-runtime';
import type { ExecuteConfig } from '../config.ts';
import { ClimbError } from './climb.ts';
import type { Solver } from './llm/solver.ts';
import { solvePackage } from './solve-package.ts';
import { executePackage } from './execute-package.ts';
import { microAgreement } from './micro.ts';
import { platformProbes } from './probes.ts';
import { ladderSpecOf, trustIn } from '@mle-smith/task';
import { valueOf } from './value.ts';

export interface ExecuteOptions {
  readonly jobs: JobRunner;
  readonly config: ExecuteConfig;
  /** Source of the cheat oracle (mle_env/probes/cheat_oracle.py). */
  readonly cheat: string;
  /** Solves what the ladder proved; without it no agent tries. */
  readonly solver?: Solver | undefined;
  /** Whether a solver whose endpoint wants money, a key or time is left out, and the task goes on without it. */
  readonly withoutSolver?: boolean | undefined;
}

/** What mends a fault of the solver's endpoint that the task waits for. Others say as much tomorrow, and what the solver reached until then stays. */
const WORTH_WAITING: readonly MendedBy[] = ['operator', 'time'];

/** Proves a package by running solutions in its environment. Leaves `execute` and, where it passed, `verified`. */
export function createExecuteStage({ jobs, config, cheat, solver, withoutSolver = false }: ExecuteOptions): StageHandler {
  const platform = oncePerProcess();
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const bundle = documentOf(item, 'package');
    const manifest = await readManifest(artifacts, bundle);
    if (manifest === undefined) throw new RangeError(`the package lacks its manifest [task=${item.id}]`);
    let execution;
    try {
      execution = await executePackage(
        { jobs, artifacts, name: item.id, bundle, spec: ladderSpecOf(manifest), cheat, platform, trust: trustIn(manifest), config },
        signal,
      );
    } catch (error) {
      if (error instanceof EnvironmentFault || error instanceof ClimbError) return { kind: 'retry', code: error.code, message: error.message };
      if ((error as { code?: string }).code === 'unsandboxed_refused') return { kind: 'ended', code: 'unsandboxed_refused', message: (error as Error).message };
      throw error;
    }
    const { climbed, code } = execution;
    let { verdict } = execution;
    let execute = await putJson(artifacts, verdict);
    if (code !== undefined || climbed === undefined) {
      const first = verdict.findings.find((finding) => finding.severity === 'block');
      return {
        kind: 'ended',
        code: code ?? 'unlearnable',
        message: first === undefined ? 'execution did not pass' : `${first.rule}: ${first.message}`,
        findings: verdict.findings,
        documents: { execute },
      };
    }
    let micro;
    try {
      micro = await microAgreement({ jobs, artifacts, item, bundle, manifest, micro: climbed, config }, signal);
    } catch (error) {
      if (!(error instanceof ClimbError)) throw error;
      return error.lost
        ? { kind: 'retry', code: error.code, message: error.message }
        : { kind: 'ended', code: 'defective', message: error.message, documents: { execute } };
    }
    const kept: Record<string, Digest> = {};
    if (solver !== undefined) {
      try {
        const { trial, fault } = await solvePackage(
          solver,
          {
            jobs,
            artifacts,
            bundle,
            manifest,
            rungs: climbed.ladder.rungs,
            trust: trustIn(manifest),
            place: { stage: item.stage, subject: item.id, dataset: item.datasetId, generation: item.generation },
            config: config.solver,
          },
          signal,
        );
        if (fault !== undefined && !withoutSolver && WORTH_WAITING.includes(fault.mendedBy)) return outcomeOfModelError(fault);
        verdict = { ...verdict, agent: trial };
        execute = await putJson(artifacts, verdict);
        kept['solver'] = trial.transcript;
      } catch (error) {
        if (error instanceof EnvironmentFault) return { kind: 'retry', code: error.code, message: error.message };
        return outcomeOfModelError(error);
      }
    }
    const value = { ...valueOf(manifest, climbed, await isJoined(artifacts, item), config), ...(micro === undefined ? {} : { micro }) };
    const verified = await assemble(artifacts, item, bundle, TaskManifest.parse({ ...manifest, value }), execute);
    return { kind: 'advanced', documents: { execute, verified, ...kept } };
  };
}

/** Whether the rows were put together from several tables. */
async function isJoined(artifacts: ArtifactStore, item: WorkItem): Promise<boolean> {
  return Proposal.parse(await getJson(artifacts, documentOf(item, 'proposal'))).reader.format === 'joined';
}

/** The package with its evidence and its value. */
async function assemble(artifacts: ArtifactStore, item: WorkItem, bundle: Digest, manifest: TaskManifest, execute: Digest): Promise<Digest> {
  const evidence = await Promise.all(
    (['assert', 'review', 'audit'] as const).map(async (name) => ({ path: `verification/${name}.json`, digest: documentOf(item, name) })),
  );
  const sized = await Promise.all(
    [...evidence, { path: 'verification/execute.json', digest: execute }].map(async (file) => ({ ...file, bytes: (await artifacts.get(file.digest)).length })),
  );
  const task = await putFiles(artifacts, { 'task.json': canonicalJson(manifest) });
  const files = (await artifacts.getBundle(bundle)).filter((file) => file.path !== 'task.json');
  return artifacts.putBundle([...files, ...task, ...sized]);
}

/** The platform's probes do not depend on the task: the first task pays for them, all others read the result. */
export function oncePerProcess(): (environment: Environment, signal: AbortSignal) => Promise<readonly ProbeResult[]> {
  let running: Promise<readonly ProbeResult[]> | undefined;
  return async (environment, signal) => {
    running ??= platformProbes(environment, signal);
    try {
      return await running;
    } catch (error) {
      running = undefined;
      throw error;
    }
  };
}
