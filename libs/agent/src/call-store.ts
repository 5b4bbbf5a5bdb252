import type { StageName } from '@mle-smith/contracts';
import type { ModelErrorCode } from './model-error.ts';
import type { ModelIdentity, ModelReply, Usage } from './model.ts';

/** Who calls, and on whose behalf. */
export interface CallPlace {
  readonly agent: string;
  readonly stage: StageName | 'probe';
  /** Dataset or task. */
  readonly subject: string;
  readonly dataset: string;
  readonly generation: number;
}

/** Digests of the parts of a request, by which two requests are compared. */
export interface RequestParts {
  readonly messages: readonly string[];
  readonly tools: string;
  /** Format, most tokens and temperature. */
  readonly parameters: string;
}

/** One call that the endpoint answered, well or badly: journal, record and ledger in one. */
export interface CallRecord {
  /** Name of the call: place, request, and how often the same was asked before. Bad answers have names of their own below it. */
  readonly key: string;
  readonly place: CallPlace;
  /** How many calls were made at this place before. */
  readonly number: number;
  readonly identity: ModelIdentity;
  readonly request: RequestParts;
  readonly outcome: 'answered' | ModelErrorCode;
  readonly reply?: ModelReply;
  readonly usage: Usage;
  /** Millionths of a dollar; null where the price of the model is not known. */
  readonly cost: number | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Keeps calls. What `put` resolved for survives a kill. */
export interface CallStore {
  get(key: string): Promise<CallRecord | undefined>;
  /** Keeps a record; where the key is there already, the first stays. */
  put(record: CallRecord): Promise<void>;
  /** Every record, ordered by place, number and key. */
  list(): Promise<readonly CallRecord[]>;
}

/** The order of `list`. */
export function byPlace(one: CallRecord, other: CallRecord): number {
  return placeName(one.place).localeCompare(placeName(other.place), 'en') || one.number - other.number || (one.key < other.key ? -1 : 1);
}

/** A place in words, as messages and keys name it. */
export function placeName({ subject, stage, generation, agent }: CallPlace): string {
  return `${subject}/${stage}/${generation}/${agent}`;
}
