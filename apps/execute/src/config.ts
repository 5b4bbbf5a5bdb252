import { AGENTS } from '@mle-smith/agent';
import { z } from 'zod';

/** Thresholds of what execution must show; the sources are assertions S20, X02 to X04, X15 and task-science 4. */
export const ExecuteConfig = z.object({
  /** Paired standard errors between the best learned rung and the best trivial one. */
  leastGainErrors: z.number().default(3),
  /** Effects that matter, scale-free. */
  leastEffect: z
    .object({
      r2: z.number(),
      roc_auc: z.number(),
      aboveTrivial: z.number(),
      kappa: z.number(),
      concordance: z.number(),
      ofErrors: z.number(),
      /** Share of the trivial rung's error that a forecast takes away. */
      forecast: z.number(),
      /** How much better a ranking is than the trivial one, as a share of it. */
      ranking: z.number(),
    })
    .default({ r2: 0.05, roc_auc: 0.6, aboveTrivial: 0.05, kappa: 0.1, concordance: 0.6, ofErrors: 0.1, forecast: 0.03, ranking: 0.05 }),
  /** What a simple or standard rung may not reach. */
  ceiling: z
    .object({
      r2: z.number(),
      roc_auc: z.number(),
      balanced_accuracy: z.number(),
      concordance: z.number(),
      span_f1: z.number(),
      token_accuracy: z.number(),
      label_f1: z.number(),
      /** Share of the trivial rung's error that a forecast must leave; 0.07² is 1 − 0.995. */
      forecast: z.number(),
    })
    .default({ r2: 0.995, roc_auc: 0.998, balanced_accuracy: 0.995, concordance: 0.998, span_f1: 0.99, token_accuracy: 0.998, label_f1: 0.99, forecast: 0.07 }),
  /** Fewer resampling units allow no standard error. */
  leastUnits: z.int().default(10),
  leastTest: z.object({ rarerClass: z.int(), regression: z.int() }).default({ rarerClass: 30, regression: 80 }),
  /** Paired standard error as a share of (strong − trivial). */
  noise: z.object({ warn: z.number(), block: z.number() }).default({ warn: 1 / 6, block: 1 / 3 }),
  /** Share of (best − trivial) that the place of a row may give. */
  metadata: z.object({ warn: z.number(), block: z.number() }).default({ warn: 0.3, block: 0.8 }),
  /** From where on a trait of the training data asks for a skill. */
  skills: z
    .object({
      /** Share of the rarest class, as a part of its even share. */
      imbalance: z.number(),
      manyClasses: z.int(),
      /** 99th percentile of the distance from the median, in median distances. */
      heavyTail: z.number(),
      missingCells: z.number(),
      manyLevels: z.int(),
      manyInputs: z.int(),
      fewRows: z.int(),
      manyRows: z.int(),
    })
    .default({ imbalance: 0.4, manyClasses: 10, heavyTail: 8, missingCells: 0.02, manyLevels: 50, manyInputs: 50, fewRows: 1_000, manyRows: 50_000 }),
  headroomErrors: z.number().default(2),
  /** Bounds of the agent that solves the task; each tool call is an action. */
  solver: z
    .object({
      turns: z.int(),
      toolCalls: z.int(),
      tokens: z.int(),
      wallMs: z.int(),
      repeats: z.int(),
      replyTokens: z.int(),
      /** Time of one program. */
      programWallMs: z.int(),
    })
    .default({ turns: 25, toolCalls: 30, tokens: 400_000, wallMs: 1_200_000, repeats: 3, replyTokens: AGENTS.solver.reply, programWallMs: 120_000 }),
  solveWallMs: z.int().positive().default(300_000),
  probeWallMs: z.int().positive().default(20_000),
});
export type ExecuteConfig = z.infer<typeof ExecuteConfig>;
