import { AssertConfig, createAssertDesignStage, createAssertPackageStage } from '@mle-smith/assert';
import { BrainstormConfig, createBrainstormStage } from '@mle-smith/brainstorm';
import { PIPELINE, type Finding, type StageName } from '@mle-smith/contracts';
import { createDesignStage, parseDesignConfig } from '@mle-smith/design';
import type { JobRunner } from '@mle-smith/environment';
import { createExecuteStage, ExecuteConfig } from '@mle-smith/execute';
import { createIngestStage, foldersAt, IngestConfig } from '@mle-smith/ingest';
import type { ArtifactStore, Digest } from '@mle-smith/package';
import { createRefactorStage, parseRefactorConfig } from '@mle-smith/refactor';
import { createReviewStage, ReviewConfig } from '@mle-smith/review';
import { DEFAULT_RETRY_POLICY, type StageHandler, type StageOutcome } from '@mle-smith/stage-runtime';

export type Documents = Readonly<Record<string, Digest>>;

/** A dataset that was read, with what brainstorm made of it. */
export interface ReadDataset {
  readonly id: string;
  readonly documents: Documents;
  readonly proposed: readonly { id: string; documents: Documents }[];
}

const TASK_STAGES = PIPELINE.filter((row) => row.subject === 'task').map((row) => row.stage);

/** The pipeline's stages with their default thresholds, driven one after the other, without a store of states. */
export class Engine {
  readonly #artifacts: ArtifactStore;
  readonly #stages: Readonly<Record<StageName, StageHandler>>;
  readonly #folders = new Map<string, string>();

  constructor({ jobs, artifacts, cheat, maxTasks }: { jobs: JobRunner; artifacts: ArtifactStore; cheat: string; maxTasks: number }) {
    this.#artifacts = artifacts;
    this.#stages = {
      ingest: createIngestStage({ jobs, config: IngestConfig.parse({}), open: foldersAt((id) => this.#folders.get(id) ?? '') }),
      brainstorm: createBrainstormStage({ jobs, config: BrainstormConfig.parse({ maxTasks }) }),
      design: createDesignStage({ jobs, config: parseDesignConfig({}) }),
      'assert-design': createAssertDesignStage({ jobs, config: AssertConfig.parse({}) }),
      refactor: createRefactorStage({ jobs, config: parseRefactorConfig({}) }),
      'assert-package': createAssertPackageStage({ jobs, config: AssertConfig.parse({}) }),
      review: createReviewStage({ config: ReviewConfig.parse({}) }),
      execute: createExecuteStage({ jobs, config: ExecuteConfig.parse({}), cheat }),
    };
  }

  /** Snapshot and profile of a folder; undefined where ingest refuses it. */
  async read(id: string, folder: string): Promise<ReadDataset | undefined> {
    this.#folders.set(id, folder);
    const outcome = await this.#step('ingest', id, id, {}, 1, []);
    return outcome.kind === 'advanced' ? { id, documents: outcome.documents, proposed: [] } : undefined;
  }

  /** What brainstorm proposes for a dataset that was read. */
  async propose(dataset: ReadDataset): Promise<ReadDataset> {
    const outcome = await this.#step('brainstorm', dataset.id, dataset.id, dataset.documents, 1, []);
    return { ...dataset, proposed: outcome.kind === 'advanced' ? (outcome.children ?? []) : [] };
  }

  /** Design and refactor alone, once: the package of a proposal whatever the judges would say; undefined with the reason where there is none. */
  async build(id: string, datasetId: string, documents: Documents): Promise<{ documents?: Documents; reason: string }> {
    let left = documents;
    for (const stage of ['design', 'refactor'] as const) {
      const outcome = await this.#step(stage, id, datasetId, left, 1, []);
      if (outcome.kind !== 'advanced') return { reason: outcome.kind === 'returned' ? 'returned' : `${outcome.code}: ${outcome.message}` };
      left = { ...left, ...outcome.documents };
    }
    return { documents: left, reason: '' };
  }

  /** The whole way of a proposal, repairs and all; documents where it ends verified. */
  async verify(id: string, datasetId: string, documents: Documents): Promise<{ documents?: Documents; reason: string }> {
    let [left, findings, generation, place] = [documents, [] as readonly Finding[], 1, 0];
    while (place < TASK_STAGES.length) {
      const outcome = await this.#step(TASK_STAGES[place] as StageName, id, datasetId, left, generation, findings);
      if (outcome.kind === 'ended' || outcome.kind === 'retry') return { reason: `${outcome.code}: ${outcome.message}` };
      left = { ...left, ...outcome.documents };
      if (outcome.kind === 'returned') {
        if (generation >= DEFAULT_RETRY_POLICY.maxGenerations) return { reason: 'no repair is left' };
        [findings, generation, place] = [outcome.findings, generation + 1, TASK_STAGES.indexOf(outcome.to as (typeof TASK_STAGES)[number])];
      } else [findings, place] = [[], place + 1];
    }
    return { documents: left, reason: '' };
  }

  async #step(stage: StageName, id: string, datasetId: string, documents: Documents, generation: number, findings: readonly Finding[]): Promise<StageOutcome> {
    const kind = stage === 'ingest' || stage === 'brainstorm' ? 'dataset' : 'task';
    const item = { stage, kind, id, datasetId, generation, attempt: 1, documents, findings } as const;
    return this.#stages[stage](item, { artifacts: this.#artifacts, signal: new AbortController().signal });
  }
}
