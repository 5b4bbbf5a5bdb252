import { withFallback, type ModelSource } from '@mle-smith/agent';
import { AssertConfig, createAssertDesignStage, createAssertPackageStage } from '@mle-smith/assert';
import { BrainstormConfig, createBrainstormStage, openBrainstormer, type Brainstormer } from '@mle-smith/brainstorm';
import type { StageName } from '@mle-smith/contracts';
import { createDesignStage, openDesigner, parseDesignConfig, type Designer } from '@mle-smith/design';
import type { JobRunner } from '@mle-smith/environment';
import { createExecuteStage, ExecuteConfig, openSolver, type Solver } from '@mle-smith/execute';
import { createIngestStage, IngestConfig, type OpenFolder } from '@mle-smith/ingest';
import { createRefactorStage, openRefactorer, parseRefactorConfig, type Refactorer } from '@mle-smith/refactor';
import { createReviewStage, openPanel, ReviewConfig, type Panel } from '@mle-smith/review';
import type { StageHandler } from '@mle-smith/stage-runtime';
import type { TwinIndex } from '@mle-smith/task';

/** The agents of the stations that think. */
export interface Agents {
  readonly brainstormer: Brainstormer;
  readonly designer: Designer;
  readonly refactorer: Refactorer;
  readonly panel: Panel;
  readonly solver: Solver;
}

/** Agents on models. */
export async function openAgents(models: ModelSource): Promise<Agents> {
  const [brainstormer, designer, refactorer, panel, solver] = await Promise.all([
    openBrainstormer(models),
    openDesigner(models),
    openRefactorer(models),
    openPanel(models),
    openSolver(models),
  ]);
  return { brainstormer, designer, refactorer, panel, solver };
}

/** The stations that think, by rules or by agents. */
function thinking(
  options: { jobs: JobRunner; maxTasks: number; micro: boolean },
  agents: Agents | undefined,
): Readonly<Record<'brainstorm' | 'design' | 'refactor' | 'review', StageHandler>> {
  const { jobs, maxTasks, micro } = options;
  return {
    brainstorm: createBrainstormStage({ jobs, config: BrainstormConfig.parse({ maxTasks, micro }), brainstormer: agents?.brainstormer }),
    design: createDesignStage({ jobs, config: parseDesignConfig({}), designer: agents?.designer }),
    refactor: createRefactorStage({ jobs, config: parseRefactorConfig({}), refactorer: agents?.refactorer }),
    review: createReviewStage({ config: ReviewConfig.parse({}), panel: agents?.panel }),
  };
}

/** Every stage of the pipeline with its default thresholds. */
export function stageHandlers(options: {
  jobs: JobRunner;
  open: OpenFolder;
  maxTasks: number;
  /** Whether each task gets a micro variant. */
  micro: boolean;
  cheat: string;
  /** Tasks that exist already. */
  catalogue?: TwinIndex | undefined;
  /** The agents that think in place of rules. */
  agents?: Agents | undefined;
  /** Told where rules had to think after all; without it they never do. */
  fallback?: ((id: string, message: string) => void) | undefined;
}): Readonly<Record<StageName, StageHandler>> {
  const { jobs, open, agents, fallback } = options;
  const byRules = thinking(options, undefined);
  const byModels = agents === undefined ? byRules : thinking(options, agents);
  const either = (stage: keyof typeof byRules): StageHandler =>
    agents === undefined || fallback === undefined ? byModels[stage] : withFallback(byModels[stage], byRules[stage], fallback);
  return {
    ingest: createIngestStage({ jobs, config: IngestConfig.parse({}), open }),
    brainstorm: either('brainstorm'),
    design: either('design'),
    'assert-design': createAssertDesignStage({ jobs, config: AssertConfig.parse({}) }),
    refactor: either('refactor'),
    'assert-package': createAssertPackageStage({ jobs, config: AssertConfig.parse({}), catalogue: options.catalogue }),
    review: either('review'),
    execute: createExecuteStage({ jobs, config: ExecuteConfig.parse({}), cheat: options.cheat, solver: agents?.solver, withoutSolver: fallback !== undefined }),
  };
}
