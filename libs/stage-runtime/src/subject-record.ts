import type { AttemptEvent, Finding, LostAttempt, LostAttempts, MachineUse, StageName, SubjectKind, TaskEvent, TraceContext } from '@mle-smith/contracts';
import type { Digest } from '@mle-smith/package';

/** One dataset or task: the single document whose update changes state and appends the events (platform ST-1). */
export interface SubjectRecord {
  readonly id: string;
  readonly kind: SubjectKind;
  readonly datasetId: string;
  readonly state: string;
  /** When it came into its state or was sent back to it (ms since the epoch); until its first step, and of what an earlier version moved, nobody noted it. */
  readonly since?: number | undefined;
  /** Steps ahead of others, see `turnOf`; 0 is usual, negative ones wait. Whole numbers. */
  readonly priority: number;
  /** Stages that it passed at any generation, each once. */
  readonly passed: readonly StageName[];
  /** Round of design and repair, from 1. */
  readonly generation: number;
  /** Grows whenever the subject changes hands: claim, result, hand-back, cancellation. What comes with an older one is dropped. */
  readonly fence: number;
  /** Platform faults of the current stage at this generation. */
  readonly attempts: number;
  /** Infrastructure faults, which cost no attempt. */
  readonly infraRetries: number;
  /** `since`: when it was claimed; `lost`, told by a claim: leases of others that ran out and that no claim told of before. */
  readonly lease?: { readonly owner: string; readonly until: number; readonly since?: number; readonly lost?: number } | undefined;
  /** Not to be claimed before (ms since the epoch, the store's clock). */
  readonly notBefore: number;
  /** Moved to `stuck` after (ms since the epoch). */
  readonly deadline: number;
  readonly cancelRequested: boolean;
  /** How often it was put back to where it stood before it ended; absent where it never was. */
  readonly reopened?: number | undefined;
  /** When its dataset was received (ms since the epoch, the store's clock): since then somebody waits for a verdict. */
  readonly receivedAt?: number | undefined;
  readonly outbox: readonly TaskEvent[];
  readonly documents: Readonly<Record<string, Digest>>;
  readonly findings: readonly Finding[];
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The span that brought it into its state, for the one that works on it next. */
  readonly trace?: TraceContext | undefined;
  /** Attempts at its current step that were lost, until a line of the history tells of them. */
  readonly lost?: LostAttempts | undefined;
  /** What attempts took that came to a result, by stage. */
  readonly used?: Readonly<Partial<Record<StageName, MachineUse>>> | undefined;
}

/** One line of a subject's append-only history. */
export interface HistoryRow {
  readonly at: string;
  readonly stage?: string | undefined;
  readonly generation: number;
  readonly attempt: number;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
  readonly durationMs?: number | undefined;
  /** Why it ended, was sent back or is tried again. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Of a retry that is counted: how many there may be in a row. */
  readonly mostRetries?: number | undefined;
  /** Ids of the subjects that the step created. */
  readonly created?: readonly string[] | undefined;
  /** Rules that sent the task back. */
  readonly rules?: readonly string[] | undefined;
  /** The id of the trace of the attempt, where one was made. */
  readonly trace?: string | undefined;
  /** What the step left or changed, by name. */
  readonly documents?: Readonly<Record<string, Digest>> | undefined;
  /** Jobs and calls of the attempt, the first and the last where there were many. */
  readonly events?: readonly AttemptEvent[] | undefined;
  /** Events that are not kept. */
  readonly moreEvents?: number | undefined;
  /** Processor and accelerator time of all its jobs. */
  readonly cpuSeconds?: number | undefined;
  readonly gpuSeconds?: number | undefined;
  /** Attempts since the line before whose lease ran out. */
  readonly lostLeases?: number | undefined;
  /** The last of them. */
  readonly lost?: readonly LostAttempt[] | undefined;
}

/** The last lines of a history, and how many come before them. */
export interface HistoryEnd {
  readonly rows: readonly HistoryRow[];
  readonly earlier: number;
}

/** A subject, as far as it says what becomes of it now, and the last line of its history. */
export interface StandingSubject {
  readonly record: Pick<
    SubjectRecord,
    'id' | 'kind' | 'state' | 'since' | 'attempts' | 'infraRetries' | 'lease' | 'notBefore' | 'deadline' | 'cancelRequested'
  >;
  readonly last: HistoryRow | undefined;
}

/** What a holder of the fence may change in one update; the lease is given back with it. A `code` or `message` that is undefined is taken away. */
export type SubjectChange = Partial<
  Pick<
    SubjectRecord,
    | 'state'
    | 'since'
    | 'passed'
    | 'generation'
    | 'attempts'
    | 'infraRetries'
    | 'notBefore'
    | 'deadline'
    | 'cancelRequested'
    | 'reopened'
    | 'documents'
    | 'findings'
    | 'code'
    | 'message'
    | 'trace'
    | 'used'
  >
> & {
  readonly events?: readonly TaskEvent[];
  /** When: by the store's clock, where nothing else is said. */
  readonly history: Omit<HistoryRow, 'at'> & Partial<Pick<HistoryRow, 'at'>>;
};
