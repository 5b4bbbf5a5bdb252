import { AGENTS } from '@mle-smith/agent';
import { ScaleLimits } from '@mle-smith/contracts';
import { z } from 'zod';

/** Thresholds of the rules engine; the sources are task-science 1 to 3 and assertions S08, S14, S20. */
export const BrainstormConfig = z.object({
  maxTasks: z.int().positive().default(3),
  /** Whether each task gets a variant with few training rows, and how many. */
  micro: z.boolean().default(false),
  microRows: z.int().positive().default(200),
  minRows: z.int().positive().default(200),
  /** Inputs besides the entity; with fewer, rows repeat and the question is a look-up. */
  minInputs: z.int().positive().default(4),
  /** Candidates of one table that are measured. */
  maxScreened: z.int().positive().default(6),
  /** Share of (best − trivial) that leaving out an `unknown` column may cost. */
  unknownCost: z.number().default(0.25),
  /** Share of the gain of comparing two texts that one of them may have alone; above it the label is one of that text. */
  oneText: z.number().default(0.9),
  /** Share of a column's levels that may follow from the target; above it the column was made from the target. */
  steps: z.number().default(0.85),
  /** Two targets that give each other better than this are one task. */
  mutual: ScaleLimits.default({ r2: 0.9, roc_auc: 0.95, balanced_accuracy: 0.95, concordance: 0.95 }),
  /** Least scale-free score of a formulation that is worth designing. */
  least: z
    .object({ r2: z.number(), roc_auc: z.number(), balancedAccuracyGain: z.number(), concordance: z.number() })
    .default({ r2: 0.05, roc_auc: 0.6, balancedAccuracyGain: 0.05, concordance: 0.6 }),
  /** Bounds of the agent that proposes. */
  brainstormer: z
    .object({ turns: z.int(), toolCalls: z.int(), tokens: z.int(), wallMs: z.int(), repeats: z.int(), replyTokens: z.int() })
    .default({ turns: 30, toolCalls: 60, tokens: 600_000, wallMs: 1_200_000, repeats: 3, replyTokens: AGENTS.brainstormer.reply }),
  missingness: ScaleLimits.default({ r2: 0.97, roc_auc: 0.99, balanced_accuracy: 0.98, concordance: 0.99 }),
  maxClasses: z.int().positive().default(30),
  /** Rows that each class of a macro average needs in the test data. */
  testUnitsPerClass: z.int().positive().default(20),
  ranking: z
    .object({
      /** Different users and items, and items that the median user met. */
      users: z.int(),
      items: z.int(),
      itemsOfUser: z.int(),
      /** Share of all pairs that may have met. */
      mostShare: z.number(),
      /** Pairs of users and items that can be held in memory. */
      mostCells: z.int(),
      /** Pairs that never met beside each that did. */
      others: z.int().positive(),
    })
    .default({ users: 100, items: 40, itemsOfUser: 5, mostShare: 0.15, mostCells: 30_000_000, others: 4 }),
  series: z
    .object({
      /** Values at each instant of a panel; with more, the rows have questions of their own. */
      maxValues: z.int(),
      /** Series that can be resampled; of fewer, windows of time are. */
      leastSeries: z.int(),
      /** Windows that are asked for, and the least. */
      blocks: z.int(),
      leastBlocks: z.int(),
      /** Share of the instants that windows usually take, and that they may take. */
      usualTestShare: z.number(),
      largestTestShare: z.number(),
    })
    .default({ maxValues: 3, leastSeries: 10, blocks: 12, leastBlocks: 10, usualTestShare: 0.25, largestTestShare: 0.4 }),
});
export type BrainstormConfig = z.infer<typeof BrainstormConfig>;
