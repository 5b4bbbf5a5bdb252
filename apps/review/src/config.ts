import { AGENTS } from '@mle-smith/agent';
import { DIMENSIONS, ScaleLimits } from '@mle-smith/contracts';
import { z } from 'zod';

const Floors = z.partialRecord(z.enum(DIMENSIONS), z.int());

/** Thresholds of the rubric; scores are 0 to 5, shares 0 to 1. */
export const ReviewConfig = z.object({
  /** Mean of the dimensions from which a task is recommended, and from which it is not rejected. */
  recommended: z.number().default(4),
  conditional: z.number().default(2.5),
  /** Scores that a dimension must not fall below. */
  floors: Floors.default({ task_validity: 3, task_complexity: 2, description_clarity: 3, metric_fit: 3, shortcut_resistance: 3 }),
  /** Highest score of a dimension for which nothing was measured. */
  unexamined: z.int().default(3),
  /** Generations after which a conditional task is not repaired again. */
  repairRounds: z.int().default(2),
  /** Labelled rows, test units and training rows an input below which a task separates methods less well. */
  labelled: z.object({ few: z.int(), some: z.int() }).default({ few: 400, some: 1_000 }),
  testUnits: z.object({ rarestClass: z.int(), rows: z.int(), groups: z.int() }).default({ rarestClass: 60, rows: 150, groups: 20 }),
  rowsPerInput: z.number().default(10),
  /** Least (best − trivial) of the audit's quick model for inputs that say something. */
  leastGain: z.number().default(0.02),
  /** Scores of the quick model that leave little, and nothing, to do better. */
  easy: ScaleLimits.default({ r2: 0.98, roc_auc: 0.99, balanced_accuracy: 0.98, concordance: 0.99 }),
  solved: ScaleLimits.default({ r2: 0.995, roc_auc: 0.998, balanced_accuracy: 0.995, concordance: 0.998 }),
  /** Share of (best − trivial) that one column may give alone. */
  oneColumn: z.object({ much: z.number(), most: z.number() }).default({ much: 0.75, most: 0.9 }),
  /** A column this strong alone is looked at, although the assertions let it pass. */
  suspect: ScaleLimits.default({ r2: 0.92, roc_auc: 0.96, balanced_accuracy: 0.95, concordance: 0.96 }),
  /** Share of positives from which ROC AUC is fair. */
  rocPositives: z.number().default(0.2),
  /** Below it the ROC curve measures next to nothing of what is asked. */
  rocRare: z.number().default(0.05),
  /** Share of the commonest class up to which accuracy is fair. */
  accuracyMajority: z.number().default(0.6),
  /** Bounds of a judge that is a model. */
  judge: z
    .object({ turns: z.int(), toolCalls: z.int(), tokens: z.int(), wallMs: z.int(), repeats: z.int(), replyTokens: z.int() })
    .default({ turns: 1, toolCalls: 0, tokens: 200_000, wallMs: 600_000, repeats: 1, replyTokens: AGENTS.careful.reply }),
  /** Share of columns without a documented meaning. */
  undocumented: z.number().default(0.5),
});
export type ReviewConfig = z.infer<typeof ReviewConfig>;

/** Reads settings, with a default for each. */
export function parseReviewConfig(input: unknown): ReviewConfig {
  return ReviewConfig.parse(input ?? {});
}
