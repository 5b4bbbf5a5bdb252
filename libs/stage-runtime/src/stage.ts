import type { Finding, ReasonCode, StageName, SubjectKind } from '@mle-smith/contracts';
import type { ArtifactStore, Digest } from '@mle-smith/package';

/** What a stage is asked to work on: one subject at one generation. */
export interface WorkItem {
  readonly stage: StageName;
  readonly kind: SubjectKind;
  readonly id: string;
  readonly datasetId: string;
  readonly generation: number;
  readonly attempt: number;
  /** Bundles or blobs that earlier stages left: name → digest. */
  readonly documents: Readonly<Record<string, Digest>>;
  /** Findings that sent the task back to this stage, empty at generation 1. */
  readonly findings: readonly Finding[];
}

/** What every stage may use; services and the command line build it in their composition root. */
export interface StageContext {
  readonly artifacts: ArtifactStore;
  readonly signal: AbortSignal;
}

/** A stage's answer. Rejections are results; only the unexpected is thrown. */
export type StageOutcome =
  | {
      readonly kind: 'advanced';
      readonly documents: Readonly<Record<string, Digest>>;
      readonly children?: readonly { id: string; documents: Readonly<Record<string, Digest>> }[];
    }
  /** Findings for an earlier stage to mend; the task starts a new generation there. */
  | { readonly kind: 'returned'; readonly to: StageName; readonly findings: readonly Finding[]; readonly documents: Readonly<Record<string, Digest>> }
  /** The end of this subject: a dataset is refused, a task abandoned. */
  | {
      readonly kind: 'ended';
      readonly code: ReasonCode;
      readonly message: string;
      readonly findings?: readonly Finding[];
      readonly documents?: Readonly<Record<string, Digest>>;
    }
  /**
   * An infrastructure fault, or a wait for somebody: tried again later without using up a generation; at most `rounds` times where that is told.
   * The last round ends the subject, with the code where that is a reason code, else as `infra_exhausted`.
   * `free`: it is a fault of all work alike that is waited out, and counts against no bound but the deadline.
   */
  | {
      readonly kind: 'retry';
      readonly code: string;
      readonly message: string;
      readonly afterMs?: number;
      readonly rounds?: number;
      readonly free?: boolean;
      readonly documents?: Readonly<Record<string, Digest>>;
    };

/** A station decides: plain functions over ports. */
export type StageHandler = (item: WorkItem, context: StageContext) => Promise<StageOutcome>;
