import { AssertConfig, createAssertDesignStage, createAssertPackageStage } from '@mle-smith/assert';
import { BrainstormConfig, createBrainstormStage } from '@mle-smith/brainstorm';
import type { StageName } from '@mle-smith/contracts';
import { createDesignStage, parseDesignConfig } from '@mle-smith/design';
import type { JobRunner } from '@mle-smith/environment';
import { createExecuteStage, ExecuteConfig } from '@mle-smith/execute';
import { createIngestStage, IngestConfig } from '@mle-smith/ingest';
import { createRefactorStage, parseRefactorConfig } from '@mle-smith/refactor';
import { createReviewStage, ReviewConfig } from '@mle-smith/review';
import type { StageHandler } from '@mle-smith/stage-runtime';
import type { TwinIndex } from '@mle-smith/task';

/** Every stage of the pipeline with its default thresholds. */
export function stageHandlers(options: {
  jobs: JobRunner;
  folderOf: (datasetId: string) => string;
  maxTasks: number;
  /** Whether each task gets a micro variant. */
  micro: boolean;
  cheat: string;
  /** Tasks that exist already. */
  catalogue?: TwinIndex | undefined;
}): Readonly<Record<StageName, StageHandler>> {
  const { jobs } = options;
  return {
    ingest: createIngestStage({ jobs, config: IngestConfig.parse({}), folderOf: options.folderOf }),
    brainstorm: createBrainstormStage({ jobs, config: BrainstormConfig.parse({ maxTasks: options.maxTasks, micro: options.micro }) }),
    design: createDesignStage({ jobs, config: parseDesignConfig({}) }),
    'assert-design': createAssertDesignStage({ jobs, config: AssertConfig.parse({}) }),
    refactor: createRefactorStage({ jobs, config: parseRefactorConfig({}) }),
    'assert-package': createAssertPackageStage({ jobs, config: AssertConfig.parse({}), catalogue: options.catalogue }),
    review: createReviewStage({ config: ReviewConfig.parse({}) }),
    execute: createExecuteStage({ jobs, config: ExecuteConfig.parse({}), cheat: options.cheat }),
  };
}
