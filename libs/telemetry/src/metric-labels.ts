import { FACTS, MODEL_FAULTS, PASSING_FACTS, PIPELINE, REASON_CODES, type Fact, type PassingFact, type ReasonCode, type StageName } from '@mle-smith/contracts';

/** What a label may hold: a closed set, or at most so many different values that the configuration decides. */
export type LabelValues<Value extends string = string> = { readonly values: readonly Value[] } | { readonly atMost: number };

/** What stands for a value that is in no set, or one too many. */
export const OTHER = 'other';

export const STAGES: readonly StageName[] = PIPELINE.map((row) => row.stage);

type State = Exclude<Fact, PassingFact>;
type TaskState = Extract<State, `task.${string}`>;
type DatasetState = Extract<State, `dataset.${string}`>;

const STATES = FACTS.filter((fact): fact is State => PASSING_FACTS.every((passing) => passing !== fact));
export const TASK_STATES = STATES.filter((state): state is TaskState => state.startsWith('task.'));
export const DATASET_STATES = STATES.filter((state): state is DatasetState => state.startsWith('dataset.'));

export const REASONS = Object.keys(REASON_CODES) as readonly ReasonCode[];

/** Who is at fault when an attempt does not advance its subject (architecture 5). */
export const FAULT_CLASSES = ['none', 'infrastructure', 'platform', 'task', 'judge', 'cancelled'] as const;
export type FaultClass = (typeof FAULT_CLASSES)[number];

/** How tasks end that nobody cancels. */
export const VERDICTS = ['verified', 'abandoned'] as const;

export const STAGE_OUTCOMES = ['advanced', 'returned', 'ended', 'retry', 'failed', 'fenced', 'released'] as const;
export const JOB_STATUSES = ['succeeded', 'failed', 'timeout', 'out_of_memory', 'log_limit', 'output_rejected', 'lost', 'not_run'] as const;
export const ZONES = ['measure', 'solve', 'grade'] as const;
export const MODEL_OUTCOMES = [...MODEL_FAULTS, 'aborted', OTHER] as const;

/** How calls of the Kubernetes API fail: by the status of an answer, or for want of one that can be read. */
// prettier-ignore
export const API_ERRORS = [
  '400', '401', '403', '404', '405', '408', '409', '410', '413', '415', '422', '429', '500', '501', '502', '503', '504',
  'no_connection', 'no_reply', 'cut_short', 'not_trusted',
] as const;

/** A label that holds one of these. */
export function oneOf<const Value extends string>(values: readonly Value[]): { readonly values: readonly Value[] } {
  return { values };
}

/** A label whose values the configuration decides; what is beyond so many different ones is told as `other`. */
export function atMost(count: number): { readonly atMost: number } {
  return { atMost: count };
}

/** When there is something of a cluster to record. */
export const ON_KUBERNETES = 'jobs run on Kubernetes';
