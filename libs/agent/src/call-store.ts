import { MODEL_FAULTS } from '@mle-smith/contracts';
import { z } from 'zod';

/** Who calls, and on whose behalf. */
export const CallPlace = z.object({
  agent: z.string(),
  /** A stage of the pipeline, or what else calls: `probe`. */
  stage: z.string(),
  /** Dataset or task. */
  subject: z.string(),
  dataset: z.string(),
  generation: z.int(),
});
export type CallPlace = Readonly<z.infer<typeof CallPlace>>;

/** Digests of the parts of a request, by which two requests are compared. */
export const RequestParts = z.object({
  messages: z.array(z.string()).readonly(),
  tools: z.string(),
  /** Format and most tokens. */
  parameters: z.string(),
});
export type RequestParts = Readonly<z.infer<typeof RequestParts>>;

const Usage = z.object({ input: z.number(), output: z.number(), reported: z.boolean() });
const Reply = z.object({
  content: z.string(),
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })).readonly(),
  usage: Usage,
  model: z.string(),
  requestId: z.string().exactOptional(),
});

/** One call that the endpoint answered, well or badly: journal, record and ledger in one. */
export const CallRecord = z.object({
  /** Name of the call: place, request, and how often the same was asked before. Bad answers have names of their own. */
  key: z.string().regex(/^[\w-]{1,80}$/),
  place: CallPlace,
  /** Which call of an attempt at this place it was, from 0; replies that are none have 0. */
  number: z.int(),
  identity: z.object({ model: z.string(), endpoint: z.string() }),
  request: RequestParts,
  outcome: z.enum(['answered', ...MODEL_FAULTS]),
  reply: Reply.exactOptional(),
  usage: Usage,
  /** Millionths of a dollar; null where the price of the model is not known. */
  cost: z.number().nullable(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
export type CallRecord = Readonly<z.infer<typeof CallRecord>>;

/** What a call took, without what was said. */
export const CallSpent = CallRecord.pick({ place: true, identity: true, usage: true, cost: true, at: true });
export type CallSpent = Readonly<z.infer<typeof CallSpent>>;

/** Keeps calls. What `put` resolved for survives a kill. */
export interface CallStore {
  get(key: string): Promise<CallRecord | undefined>;
  /** Keeps a record; where the key is there already, the first stays. */
  put(record: CallRecord): Promise<void>;
  /** Every record, or those of one dataset or task, ordered by place, number and key. */
  list(subject?: string): Promise<readonly CallRecord[]>;
  /** Every record one after another, in no order. */
  each(): AsyncIterable<CallRecord>;
  /** What every call took, one after another, in no order. */
  spent(): AsyncIterable<CallSpent>;
}

/** What the call of a record took. */
export function spentOf({ place, identity, usage, cost, at }: CallSpent): CallSpent {
  return { place, identity, usage, cost, at };
}

/** The order of `list`. */
export function byPlace(one: CallRecord, other: CallRecord): number {
  return placeName(one.place).localeCompare(placeName(other.place), 'en') || one.number - other.number || (one.key < other.key ? -1 : 1);
}

/** A place in words, as messages and keys name it. */
export function placeName({ subject, stage, generation, agent }: CallPlace): string {
  return `${subject}/${stage}/${generation}/${agent}`;
}
