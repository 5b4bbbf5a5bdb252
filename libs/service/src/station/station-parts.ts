import type { FetchLimits } from '@mle-smith/adapter-s3';
import type { ModelSource } from '@mle-smith/agent';
import type { SourceNotice, StageName } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import type { ArtifactStore, DatasetSource } from '@mle-smith/package';
import type { EventBus, StageHandler, TaskStore } from '@mle-smith/stage-runtime';
import type { StationServiceConfig } from '../settings.ts';

/** What a station's stages are made of. */
export interface StationParts {
  readonly config: StationServiceConfig;
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  readonly bus: EventBus;
  readonly jobs: JobRunner;
  /** A folder of this process alone, by what it is for; what processes left there that were killed is gone. */
  readonly folder: (purpose: string) => Promise<string>;
  /** The datasets below a prefix of a bucket. */
  readonly sourceAt: (bucket: string, prefix: string, limits: FetchLimits) => DatasetSource;
  /** Where models think; undefined for rules. */
  readonly models: ModelSource | undefined;
  /** Told what is seen of places outside. */
  readonly onSource: (notice: SourceNotice) => void;
  /** Does something beside the stages, from when they are ready until the station stops. */
  readonly beside: (work: (stopping: AbortSignal) => Promise<void>) => void;
}

/** Makes the handlers of a station's stages. Called twice where rules are the fallback of models: without and with these. */
export type Compose = (parts: StationParts) => Promise<Readonly<Partial<Record<StageName, StageHandler>>>>;
