import { z } from 'zod';
import { Ahead, Objective, LedgerEntry, Entity, Pair, Ratings, Series, Split } from './proposal.ts';
import { Difficulty, RungKind } from './ladder.ts';

const Contamination = z
  .object({
    level: z.enum(['well_known', 'public', 'private']).describe('How likely a model has met the data: a famous dataset, one that is public, or neither.'),
    evidence: z.string(),
  })
  .describe('Whether solvers may have met the data before.');

const RungScore = z.object({
  rung: z.string().describe('The solution of that kind.'),
  score: z.number().describe("On test, in the task's metric."),
  standardError: z.number().describe('By resampling the units of the test set, with the spread over seeds.'),
  seedSpread: z.number().describe('Standard deviation of the score over seeds.'),
});

/** What a verified task shows (task-science 7). Seconds live in the run's report, never in a package. */
export const Value = z.object({
  question: z.string(),
  user: z.string(),
  momentOfPrediction: z.string(),
  scores: z.partialRecord(RungKind, RungScore).describe('The solution of each kind on the test set; a modality may have none of a kind.'),
  ladder_levels: z.int().describe('Of the steps trivial → simple → standard → strong, how many gain at least two paired standard errors.'),
  ladder_span: z.number().describe('Gain of strong over trivial in paired standard errors.'),
  effort_gain: z.number().describe('Gain of strong over standard in paired standard errors; about 0 where more effort does not pay.'),
  ladder_difficulty: Difficulty.describe(
    'starter: strong does not beat simple by two standard errors; standard: it does not beat standard; hard: it beats both. Without a simple rung no task is a starter.',
  ),
  signal_to_noise: z.number().describe('Gain of strong over trivial in standard errors of strong, with the spread over seeds.'),
  agent_difficulty: z.number().nullable().describe('Share of the way from trivial to strong that agents do not go; null until agents have run.'),
  discrimination: z
    .number()
    .nullable()
    .describe('How well the task tells good agents from others; null until six agents have run, and never told from the ladder.'),
  reward_anchors: z
    .object({ '0': z.number(), '1': z.number() })
    .describe('Scores for a reward of 0 (best trivial) and of 1 (strong); a reward is linear between them and may pass 1.'),
  test_units: z
    .object({
      kind: z.string().describe('What is resampled: rows, or the entity of a group split.'),
      count: z.int(),
      rarest_class: z.int().optional().describe('Units of the rarest class, for classes.'),
    })
    .describe('How many independent units the score rests on.'),
  excluded_columns: z.array(z.object({ column: z.string(), reason: z.string() })).describe('Raw columns that are no inputs, and why.'),
  micro: z
    .object({
      rungs: z.array(z.string()),
      full: z.array(z.number()).describe('Scores of the rungs that learned from all training rows.'),
      kendall: z.number(),
      spearman: z.number(),
    })
    .optional()
    .describe('Micro variants: how alike the order of the rungs is to that in the full task.'),
  contamination: Contamination,
  traits: z.record(z.string(), z.number()).describe('What the training data is like, in numbers.'),
  skills: z.array(z.string()).describe('What a good solution must deal with, told from the traits.'),
});
export type Value = z.infer<typeof Value>;

/** `task.json`. `revision` is the digest of everything but `verification/`, `value` and itself. */
export const TaskManifest = z.object({
  format: z.literal('mle-smith/1'),
  id: z.string().describe('Dataset and target; a DNS label, and the name of the folder.'),
  revision: z.string().describe('sha256 of the package but for `verification/`, `value` and itself; two packages of one revision are the same task.'),
  title: z.string(),
  objective: Objective,
  modality: z.string(),
  domain: z.string().default(''),
  dataset: z
    .object({ id: z.string(), digest: z.string().describe('sha256 over the raw files.'), title: z.string(), origin: z.string().optional() })
    .describe('The raw data that the task was made from.'),
  target: z.object({
    name: z.string().describe('Its column in the package.'),
    column: z.string().describe('Its raw column; empty for a ranking, which asks which pairs of a user and an item are in the raw data.'),
    description: z.string(),
    classes: z.array(z.string()).describe('Legal values, for ordinal targets from low to high; empty for numbers.'),
    positive: z.string().optional().describe('The raw value that counts as 1, for binary; of the column of the event, for survival.'),
    derivation: z
      .object({ expression: z.string(), sources: z.array(z.string()).describe('Raw columns that are no inputs for this reason.'), reason: z.string() })
      .optional()
      .describe('How the label is computed from raw columns, where it is.'),
    event: z
      .string()
      .optional()
      .describe('Survival: the column of train and answers that is 1 where the event was seen and 0 where the time is only a lower bound.'),
  }),
  metric: z.object({
    name: z.string().describe('A row of [metrics.md](metrics.md).'),
    direction: z.enum(['maximize', 'minimize']),
    optimum: z.number(),
    reason: z.string().describe('Why this metric for this target.'),
  }),
  split: Split.extend({ trainRows: z.int(), testRows: z.int() }),
  submission: z.object({
    id: z.string().describe('The column that says which row is meant.'),
    columns: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['id', 'probability', 'label', 'number', 'nonnegative', 'tags', 'labels']),
        classes: z.array(z.string()).optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    ),
  }),
  columns: z
    .array(z.object({ name: z.string(), raw: z.string().describe('Its name in the raw data.'), type: z.string(), description: z.string() }))
    .describe('The inputs; cells of type image, audio or sequence name files below `data/public`.'),
  series: Series.optional().describe('Forecasts: names of columns of the package.'),
  ratings: Ratings.optional().describe('Ratings and rankings: the columns of the package that name who rates or chooses and what is rated or chosen.'),
  pair: Pair.optional().describe('Pairs of texts: the columns of the package that hold them; the target says something of the two together.'),
  ahead: Ahead.optional().describe('Values ahead: the column of the package that holds the present value, and how much later the target is.'),
  ledger: z.array(LedgerEntry).describe('The availability ledger: every raw column, when its value is known, and whether it was kept.'),
  entities: z.array(Entity).describe('Columns that name recurring things, and whether they are new in test.'),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() })),
  lineage: z
    .object({
      proposal: z.string().describe('Digest of the formulation.'),
      generation: z.int().describe('1, and one more for each repair.'),
      repairs: z.array(z.object({ generation: z.int(), rules: z.array(z.string()), change: z.string() })),
      micro: z
        .object({ of: z.string().describe('The id of the full task.'), trainRows: z.int().describe('The most training rows.') })
        .optional()
        .describe('Micro variants: the same task with few training rows. It is no task of its own.'),
    })
    .describe('How the task came to be.'),
  licence: z.object({
    text: z.string(),
    url: z.string().optional(),
    redistribution: z
      .enum(['allowed', 'recipe_only'])
      .describe('recipe_only: the data may not be passed on; pass on prepare.py and let others make it from the raw data.'),
  }),
  local_only: z.boolean().describe('true where `data/` must not leave this machine.'),
  engine: z
    .object({
      name: z.enum(['rules', 'llm']),
      version: z.string(),
      refactor: z
        .string()
        .optional()
        .describe('Digest of the prompt of the agent that brought the programs into this format; without it they are as designed.'),
    })
    .describe('Who wrote the programs: templates of a version, or an agent with the prompt of this digest.'),
  question: z.object({
    question: z.string(),
    user: z.string().describe('Who wants to know.'),
    decision: z.string().describe('What the prediction decides.'),
    momentOfPrediction: z.string().describe('When it is made; nothing known only later is an input.'),
    contamination: Contamination,
    skills: z.array(z.string()),
    risks: z.array(z.string()).describe('What could mislead, and what was done about it.'),
  }),
  value: Value.optional().describe('What the verification measured; verified tasks have it.'),
});
export type TaskManifest = z.infer<typeof TaskManifest>;
