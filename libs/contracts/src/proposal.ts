import { z } from 'zod';
import { MediaKind, Reader, Step } from './profile.ts';

/** The kind of data that a task is about. */
export const Modality = z.enum(['tabular', 'text', 'image', 'audio', 'timeseries', 'ranking', 'log']);
export type Modality = z.infer<typeof Modality>;

export const Objective = z.enum(['binary', 'multiclass', 'ordinal', 'regression', 'count', 'multilabel', 'survival', 'forecast', 'tags', 'ranking']);
export type Objective = z.infer<typeof Objective>;

/** When a column's value is known, seen from the moment of prediction (task-science 1). */
export const Availability = z.enum(['before', 'at', 'after', 'unknown']);
export type Availability = z.infer<typeof Availability>;

/** One line of the availability ledger. */
export const LedgerEntry = z.object({
  column: z.string(),
  availability: Availability.describe('When its value is known, seen from the moment of prediction.'),
  evidence: z.string().describe('Why we think so: a phrase of the documentation, the name, the order in time, a derivation.'),
  kept: z.boolean(),
  reason: z.string().default('').describe('Why it was dropped or kept where that is not plain from `availability`.'),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const EntityRole = z.enum(['unseen', 'known', 'attribute']);
export const Entity = z.object({ column: z.string(), role: EntityRole, evidence: z.string() });
export type Entity = z.infer<typeof Entity>;

/** How rows are divided. Seeds come from dataset digest, target and kind, and never change in repair. */
export const Split = z.object({
  kind: z.enum(['random', 'stratified', 'group', 'temporal']),
  column: z.string().optional().describe('The entity or time column of a group or temporal split.'),
  testFraction: z.number().min(0.001).max(0.5).describe('Forecasts: what the horizon comes to.'),
  seed: z.int(),
  reason: z.string(),
});
export type Split = z.infer<typeof Split>;

/** What is asked for. `name` is the column in the package, `column` the raw one; a ranking has none, since it asks which pairs come to be rows. */
export const Target = z.object({
  column: z.string(),
  name: z.string(),
  description: z.string().default(''),
  /** A pure pandas expression over raw columns where the label is derived; its sources are removed from the inputs. */
  derivation: z.object({ expression: z.string(), sources: z.array(z.string()), reason: z.string() }).optional(),
  /** Raw values in order (ordinal: from low to high), for classes. */
  classes: z.array(z.string()).default([]),
  /** Several labels, or tags: what stands between them in raw cells. */
  separator: z.string().optional(),
  /** The raw value that counts as 1, for binary; of the event's column, for survival. */
  positive: z.string().optional(),
  /** Rare classes left out or joined, with the documented reason. */
  dropped: z.array(z.string()).default([]),
  /** Survival: the raw column that says whether the event was seen; where it was not, the target is the time up to which it had not happened. */
  event: z.string().optional(),
});
export type Target = z.infer<typeof Target>;

/** Forecasts: what a series is and how far ahead is asked. Names of raw columns; `season` and `horizon` count instants. */
export const Series = z.object({
  time: z.string().describe('The column of instants; all test instants are later than all training instants.'),
  keys: z.array(z.string()).describe('Columns that name a series; none for a single one.'),
  season: z.int().min(1).describe('Instants in a season; 1 where there is none.'),
  horizon: z.int().min(1).describe('Instants that are asked for in each series.'),
  step: Step.describe('From one instant to the next.'),
  frequency: z.string().describe('The step in a word.'),
  block: z.int().min(1).optional().describe('Instants of one resampling unit, where there are too few series to resample them.'),
  reason: z.string().describe('Why this season and this horizon.'),
});
export type Series = z.infer<typeof Series>;

/** Ratings and rankings: the columns that name who chooses or rates and what is chosen or rated; both are known when predictions are made. */
export const Ratings = z.object({ user: z.string(), item: z.string() });
export type Ratings = z.infer<typeof Ratings>;

/** Pairs of texts: the two columns, and those of them whose texts are all new in the test rows. */
export const Pair = z.object({
  one: z.string().describe('The column of the first text.'),
  other: z.string().describe('The column of the second text.'),
  apart: z.array(z.string()).describe('Those of the two of which no text of a test row is in the training rows; none of both where both are listed.'),
});
export type Pair = z.infer<typeof Pair>;

/** Values ahead: the input that holds the present value of what is asked for some time later. */
export const Ahead = z.object({
  present: z.string().describe('The column of the value at the instant of the row; repeating it is a trivial answer.'),
  span: z.string().describe('How much later the target is.'),
});
export type Ahead = z.infer<typeof Ahead>;

/** Rankings: what the pairs are told by, names of raw columns, and how many pairs that never met stand beside each that did. */
export const Candidates = z.object({ ofUser: z.array(z.string()), ofItem: z.array(z.string()), others: z.int().min(1) });
export type Candidates = z.infer<typeof Candidates>;

/** One formulation of a dataset. */
export const Proposal = z.object({
  /** Task id: a DNS-1123 label, at most 63 characters. */
  id: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  datasetId: z.string(),
  title: z.string(),
  question: z.string(),
  user: z.string(),
  decision: z.string(),
  momentOfPrediction: z.string(),
  modality: Modality,
  objective: Objective,
  table: z.string(),
  reader: Reader,
  target: Target,
  /** Raw columns that stay as inputs, in file order. */
  inputs: z.array(z.string()),
  /** The inputs that are free text. */
  textInputs: z.array(z.string()).default([]),
  /** The inputs whose cells name files. */
  media: z.array(z.object({ column: z.string(), kind: MediaKind })).default([]),
  series: Series.optional(),
  /** A micro variant: of which task, and its most training rows. */
  micro: z.object({ of: z.string(), trainRows: z.int().positive() }).optional(),
  ratings: Ratings.optional(),
  ahead: Ahead.optional(),
  pair: Pair.optional(),
  candidates: Candidates.optional(),
  ledger: z.array(LedgerEntry),
  entities: z.array(Entity),
  metric: z.object({ name: z.string(), reason: z.string() }),
  split: Split,
  risks: z.array(z.string()),
  skills: z.array(z.string()),
  contamination: z.object({ level: z.enum(['well_known', 'public', 'private']), evidence: z.string() }),
  /** What the column documentation says, for the description: column → text. */
  columnNotes: z.record(z.string(), z.string()).default({}),
});
export type Proposal = z.infer<typeof Proposal>;
