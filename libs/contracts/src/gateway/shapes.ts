import { z } from 'zod';
import { AttemptEvent, LostAttempt, LostAttempts, MOST_EVENTS, MOST_LOST } from '../attempt-event.ts';
import { TaskEvent } from '../event.ts';
import { Finding } from '../finding.ts';
import { Difficulty } from '../ladder.ts';
import { Present } from '../present.ts';
import { Funnel, Spent, StageCost, SubjectCost, VerifiedCosts, WorkPerVerifiedTask } from '../reports.ts';
import { AgentTrial } from '../verdict.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;
export const BlobDigest = z.string().regex(DIGEST).describe('`sha256:` and 64 hex digits.');
export const DatasetId = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .describe('Lower case letters, digits and single hyphens.');

/** A file that was uploaded, with its place in the dataset. */
export const UploadedFile = z.strictObject({
  path: z.string().min(1).max(1024).describe('Relative, with `/`; no `..`, no control characters.'),
  digest: BlobDigest,
  bytes: z.int().nonnegative(),
});

/** Where the raw files of a new dataset are. */
export const Submission = z.union([
  z.strictObject({ id: DatasetId, uri: z.string().min(1).max(1024).describe('`s3://bucket/prefix/`, of a bucket that this installation reads from.') }),
  z.strictObject({
    id: DatasetId,
    files: z.array(UploadedFile).min(1).max(200_000).describe('Files that were uploaded before.'),
    name: z.string().min(1).max(255).exactOptional().describe('The folder that they came from; the title where they say none.'),
  }),
]);
export type Submission = z.infer<typeof Submission>;
export const Submitted = z.object({ id: z.string(), state: z.string(), created: z.boolean().describe('false where it was submitted before.') });

export const Uploaded = z.object({ digest: BlobDigest, bytes: z.int() });

/** One row of a list. */
export const SubjectRow = z.object({
  id: z.string(),
  kind: z.enum(['dataset', 'task']),
  dataset: z.string(),
  state: z.string(),
  generation: z.int(),
  code: z.string().exactOptional().describe('Why it ended, where it did not make it.'),
  difficulty: Difficulty.exactOptional().describe('Of a verified task.'),
});
export type SubjectRow = z.infer<typeof SubjectRow>;

/** A part of a list. */
export const SubjectPage = z.object({
  items: z.array(SubjectRow),
  next: z.string().exactOptional().describe('`cursor` of the next part; absent in the last.'),
});
export type SubjectPage = z.infer<typeof SubjectPage>;

export const HistoryLine = z.object({
  at: z.string(),
  stage: z.string().optional(),
  generation: z.int(),
  attempt: z.int(),
  from: z.string(),
  to: z.string(),
  outcome: z.string(),
  durationMs: z.number().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  mostRetries: z.int().nonnegative().optional().describe('Of a retry that is counted: how many there may be in a row.'),
  created: z.array(z.string()).optional(),
  rules: z.array(z.string()).optional(),
  trace: z.string().max(64).optional().describe('Id of the trace of the attempt, where one was made.'),
  documents: z.record(z.string().max(64), BlobDigest).optional().describe('What the step left or changed, by name.'),
  events: z
    .array(AttemptEvent)
    .max(MOST_EVENTS)
    .optional()
    .describe('Jobs and calls of models of the attempt, in order; the first and the last where there were many.'),
  moreEvents: z.int().nonnegative().optional().describe('Events that are not told.'),
  cpuSeconds: z.number().nonnegative().optional().describe('Processor time of all jobs of the attempt.'),
  gpuSeconds: z.number().nonnegative().optional().describe('Accelerators of all jobs of the attempt, times the seconds that they had them.'),
  lostLeases: z
    .int()
    .nonnegative()
    .optional()
    .describe('Attempts since the line before whose lease ran out: their worker died, stood still or did not reach the store.'),
  lost: z.array(LostAttempt).max(MOST_LOST).optional().describe('The last of them.'),
});

/** Steps of a history that are told at once. */
export const MOST_STEPS = 200;

/** A dataset or task as the store has it, with what the stages found. */
export const SubjectDetail = z.object({
  id: z.string(),
  kind: z.enum(['dataset', 'task']),
  datasetId: z.string(),
  state: z.string(),
  priority: z.int(),
  passed: z.array(z.string()),
  generation: z.int(),
  fence: z.int(),
  attempts: z.int(),
  infraRetries: z.int(),
  lease: z.object({ owner: z.string(), until: z.number(), since: z.number().optional() }).optional(),
  lost: LostAttempts.optional().describe('Attempts of which no line of the history tells yet.'),
  notBefore: z.number(),
  deadline: z.number(),
  cancelRequested: z.boolean(),
  reopened: z.int().optional().describe('How often it was retried after it had ended.'),
  receivedAt: z.number().optional().describe('When its dataset was received, in ms since the epoch.'),
  outbox: z.array(TaskEvent),
  documents: z.record(z.string(), z.string()),
  code: z.string().optional(),
  message: z.string().optional(),
  present: Present.optional().describe('Of what is not finished.'),
  difficulty: Difficulty.optional(),
  agent: AgentTrial.optional(),
  findings: z.array(Finding),
  unreadable: z
    .array(z.object({ document: z.string(), message: z.string() }))
    .optional()
    .describe('Documents whose content is gone or is not what was written; what they hold is missing here.'),
  history: z.array(HistoryLine).describe('The last steps.'),
  earlier: z.int().positive().exactOptional().describe('Steps before those of `history`, which are told at `/history`.'),
  cost: SubjectCost,
});
export type SubjectDetail = z.infer<typeof SubjectDetail>;

/** The funnel, and how many wait in each state. */
export const FunnelReport = z.object({ funnel: Funnel, open: z.record(z.string(), z.int()) });
export type FunnelReport = z.infer<typeof FunnelReport>;

/** What was spent: models by agent, models and machines by stage, on all work; what verified tasks themselves cost; and all work for each of them. */
export const Costs = z.object({
  all: Spent,
  byAgent: z.record(z.string(), Spent),
  byStage: z.record(z.string(), StageCost),
  verified: VerifiedCosts.describe('What verified tasks themselves took.'),
  perVerifiedTask: WorkPerVerifiedTask.optional().describe(
    'All work, what was abandoned, refused or is under way too, divided by verified tasks; absent while none is verified.',
  ),
  byDataset: z.record(z.string(), Spent),
});
export type Costs = z.infer<typeof Costs>;

export const Cancelled = z.object({
  id: z.string(),
  state: z.string(),
  outcome: z.enum(['marked', 'finished']).describe('`marked`: it ends as soon as its stage lets go, within a minute; `finished`: it had ended before.'),
});

export const Retried = z.object({
  id: z.string(),
  state: z.string(),
  outcome: z
    .enum(['reopened', 'under_way'])
    .describe('`reopened`: it is back in the state from which it ended; `under_way`: it was retried before, and has not ended since.'),
});

export const AuditReport = z.object({ clean: z.boolean(), violations: z.array(z.object({ code: z.string(), subject: z.string(), message: z.string() })) });
export type AuditReport = z.infer<typeof AuditReport>;

/** Documents of a subject that are told as they are; the others are bundles, or hold values of raw data. */
export const TOLD_DOCUMENTS = ['dataset', 'brainstorm', 'proposal', 'assertDesign', 'assert', 'review', 'execute'] as const;

/** Data of a server-sent event: who moved. What it is now, and why, is read from the subject. */
export const Progress = z.object({ type: z.string(), subject: z.string(), dataset: z.string(), generation: z.int(), time: z.string() });
export type Progress = z.infer<typeof Progress>;

/** RFC 9457. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable; branch on this.'),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;
