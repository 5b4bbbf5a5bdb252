import type { AgentTrial, Ladder, TaskManifest } from '@mle-smith/contracts';
import { Environment, type Job, type JobRunner } from '@mle-smith/environment';
import type { CallPlace, ModelError } from '@mle-smith/agent';
import { putJson, type ArtifactStore, type Digest } from '@mle-smith/package';
import type { ExecuteConfig } from '../config.ts';
import { solveTask, type Solver } from './llm/solver.ts';
import { boundedTranscript, type Transcript } from './llm/transcript.ts';

export interface SolvePackageInput {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly bundle: Digest;
  readonly manifest: TaskManifest;
  /** Rungs to stand beside: those that were just climbed, or those of the manifest. */
  readonly rungs: readonly Pick<Ladder['rungs'][number], 'kind' | 'score' | 'standardError'>[];
  readonly trust: Job['trust'];
  readonly place: Omit<CallPlace, 'agent'>;
  readonly config: ExecuteConfig['solver'];
}

/** What came of a solver's work, and the fault of its model where that ended it. */
export interface SolvedPackage {
  readonly trial: AgentTrial;
  readonly transcript: Transcript;
  readonly fault?: ModelError;
  /** Why it ended, in words, where the solver did not think that it was done. */
  readonly reason?: string;
}

/** Lets a solver work on a package, as a participant would. Its failures are told and never thrown, but for those of the machine. */
export async function solvePackage(solver: Solver, input: SolvePackageInput, signal: AbortSignal): Promise<SolvedPackage> {
  const { jobs, artifacts, bundle, manifest, rungs, trust, place, config } = input;
  const { direction } = manifest.metric;
  const leastError = rungs.find(({ kind }) => kind === 'strong')?.standardError;
  const environment = new Environment({
    jobs,
    artifacts,
    bundle,
    name: manifest.id,
    spec: {
      id: manifest.submission.id,
      target: manifest.target.name,
      metric: manifest.metric.name,
      ...(leastError === undefined ? {} : { leastError }),
    },
    manifest,
    trust,
    limits: { wallMs: config.programWallMs, executions: config.toolCalls },
  });
  const {
    best,
    final,
    transcript: said,
    fault,
    reason,
    ...solved
  } = await solveTask(solver, environment, { place, direction, bounds: config }, signal).finally(() => environment.close());
  const transcript = boundedTranscript(said);
  const sign = direction === 'maximize' ? 1 : -1;
  const reached = best === undefined ? [] : rungs.filter(({ score }) => sign * best.score >= sign * score).map(({ kind }) => kind);
  return {
    trial: {
      name: 'solver',
      model: solved.model,
      prompt: solver.prompt.digest,
      ended: solved.ended,
      best: best ?? null,
      final: final ?? null,
      reached,
      actions: solved.actions,
      mistakes: [...solved.mistakes],
      transcript: await putJson(artifacts, transcript),
    },
    transcript,
    ...(fault === undefined ? {} : { fault }),
    ...(reason === undefined ? {} : { reason }),
  };
}
