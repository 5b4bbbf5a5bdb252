import { z } from 'zod';
import {
  BlobDigest,
  eventType,
  FACTS,
  Finding,
  HistoryLine,
  LostAttempts,
  MachineUse,
  PIPELINE,
  SubjectId,
  TaskEvent,
  TERMINAL_STATES,
  TraceContext,
} from '@mle-smith/contracts';
import type { HistoryRow, SubjectRecord } from './subject-record.ts';

/** A subject with all that a store keeps of it, but for the lease: who holds it, holds it there. */
export interface StoredSubject {
  readonly record: SubjectRecord;
  readonly history: readonly HistoryRow[];
  /** Its place in the queue, see `turnOf`. */
  readonly turn: number;
}

/** The port of a store whose subjects can move to another store, of whatever kind. */
export interface MovableStore {
  /**
   * Every subject by arrival, each as of one moment: a task never comes without the dataset that proposed it, and what
   * is not there yet waits in an outbox. Nothing else is asked of a store of one process until the end.
   */
  stored(): AsyncIterable<StoredSubject>;
  /** Writes a subject as it stood elsewhere, behind all that arrived here; false where the id is there, and then nothing changes. */
  restore(subject: StoredSubject): Promise<boolean>;
}

const STATES = [...new Set<string>([...PIPELINE.flatMap((row) => [row.consumes, row.advances]), ...TERMINAL_STATES])];
const count = z.int().nonnegative();
const time = z.number().nonnegative();
/** Ours are cut at some thousand characters; a database takes no document of megabytes. */
const message = z.string().max(65_536).optional();
/** Anything else would be sent to a topic that the sender names. */
const Waiting = TaskEvent.extend({ type: z.enum(FACTS.map(eventType)) });

const Line = z.strictObject({ ...HistoryLine.shape, at: z.iso.datetime(), message, generation: count, attempt: count, created: z.array(SubjectId).optional() });

const Stored = z.strictObject({
  id: SubjectId,
  kind: z.enum(['dataset', 'task']),
  datasetId: SubjectId,
  state: z.enum(STATES),
  since: time.optional(),
  priority: z.int(),
  passed: z.array(z.enum(PIPELINE.map(({ stage }) => stage))),
  generation: z.int().positive(),
  fence: count,
  attempts: count,
  infraRetries: count,
  notBefore: time,
  deadline: time,
  cancelRequested: z.boolean(),
  reopened: count.optional(),
  receivedAt: time.optional(),
  outbox: z.array(Waiting),
  documents: z.record(z.string().max(64), BlobDigest),
  findings: z.array(Finding),
  code: z.string().max(256).optional(),
  message,
  trace: TraceContext.optional(),
  lost: LostAttempts.optional(),
  used: z.partialRecord(z.enum(PIPELINE.map(({ stage }) => stage)), MachineUse).optional(),
});

/** The shape of a stored subject where a stranger may have written it. */
export const StoredSubject: z.ZodType<StoredSubject> = z
  .strictObject({ record: Stored, history: z.array(Line), turn: z.number() })
  .refine(({ record }) => record.state.startsWith(`${record.kind}.`), 'the state is one of another kind of subject')
  .refine(({ record, history }) => history.length <= record.fence, 'there are more steps than the subject changed hands');
