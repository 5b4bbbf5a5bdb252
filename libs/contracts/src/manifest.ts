import { z } from 'zod';
import { Objective, LedgerEntry, Entity, Split } from './proposal.ts';
import { RungKind } from './ladder.ts';

/** What a verified task shows (task-science 7). Seconds live in the run's report, never in a package. */
export const Value = z.object({
  question: z.string(),
  user: z.string(),
  momentOfPrediction: z.string(),
  scores: z.record(RungKind, z.object({ rung: z.string(), score: z.number(), standardError: z.number(), seedSpread: z.number() })),
  ladder_levels: z.int(),
  ladder_span: z.number(),
  effort_gain: z.number(),
  ladder_difficulty: z.enum(['starter', 'standard', 'hard']),
  reward_anchors: z.object({ '0': z.number(), '1': z.number() }),
  test_units: z.object({ kind: z.string(), count: z.int(), rarest_class: z.int().optional() }),
  excluded_columns: z.array(z.object({ column: z.string(), reason: z.string() })),
  contamination: z.object({ level: z.enum(['well_known', 'public', 'private']), evidence: z.string() }),
  skills: z.array(z.string()),
});
export type Value = z.infer<typeof Value>;

/** `task.json`. `revision` is the digest of everything but `verification/`, `value` and itself. */
export const TaskManifest = z.object({
  format: z.literal('mle-smith/1'),
  id: z.string(),
  revision: z.string(),
  title: z.string(),
  objective: Objective,
  modality: z.string(),
  domain: z.string().default(''),
  dataset: z.object({ id: z.string(), digest: z.string(), title: z.string(), origin: z.string().optional() }),
  target: z.object({
    name: z.string(),
    column: z.string(),
    description: z.string(),
    classes: z.array(z.string()),
    positive: z.string().optional(),
    derivation: z.object({ expression: z.string(), sources: z.array(z.string()), reason: z.string() }).optional(),
  }),
  metric: z.object({ name: z.string(), direction: z.enum(['maximize', 'minimize']), optimum: z.number(), reason: z.string() }),
  split: Split.extend({ trainRows: z.int(), testRows: z.int() }),
  submission: z.object({
    id: z.string(),
    columns: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['id', 'probability', 'label', 'number', 'nonnegative']),
        classes: z.array(z.string()).optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    ),
  }),
  columns: z.array(z.object({ name: z.string(), raw: z.string(), type: z.string(), description: z.string() })),
  ledger: z.array(LedgerEntry),
  entities: z.array(Entity),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() })),
  lineage: z.object({
    proposal: z.string(),
    generation: z.int(),
    repairs: z.array(z.object({ generation: z.int(), rules: z.array(z.string()), change: z.string() })),
  }),
  licence: z.object({ text: z.string(), url: z.string().optional(), redistribution: z.enum(['allowed', 'recipe_only']) }),
  local_only: z.boolean(),
  engine: z.object({ name: z.enum(['rules', 'llm']), version: z.string() }),
  question: z.object({
    question: z.string(),
    user: z.string(),
    decision: z.string(),
    momentOfPrediction: z.string(),
    contamination: z.object({ level: z.enum(['well_known', 'public', 'private']), evidence: z.string() }),
    skills: z.array(z.string()),
    risks: z.array(z.string()),
  }),
  value: Value.optional(),
});
export type TaskManifest = z.infer<typeof TaskManifest>;
