import { z } from 'zod';

export const RungKind = z.enum(['trivial', 'simple', 'standard', 'strong']);
export type RungKind = z.infer<typeof RungKind>;

/** How far the rungs of a task are apart: the grade of a task. */
export const Difficulty = z.enum(['starter', 'standard', 'hard']);
export type Difficulty = z.infer<typeof Difficulty>;

/** One rung, scored once on test; scores are in the task's metric, rounded. */
export const Rung = z.object({
  name: z.string(),
  kind: RungKind,
  /** Cross-validated score on train that chose the rung of its kind. */
  cvScore: z.number(),
  score: z.number(),
  /** Standard error by resampling unit; SE² = SE_test² + Var_seeds/k. */
  standardError: z.number(),
  seedSpread: z.number(),
  /** R², ROC AUC or balanced accuracy, for rules that need a scale-free number; its standard error for simple and standard rungs. */
  scaleFree: z.object({ name: z.string(), value: z.number(), standardError: z.number().optional() }).optional(),
});
export type Rung = z.infer<typeof Rung>;

/** The ladder of a task (task-science 4, 5; evaluation E.10). Differences are oriented so that more is better. */
export const Ladder = z.object({
  unit: z.string(),
  units: z.int(),
  rungs: z.array(Rung),
  /** Best learned rung by cross-validation against the best trivial rung. */
  chosen: z.string(),
  gain: z.number(),
  gainStandardError: z.number(),
  ladder_levels: z.int(),
  ladder_span: z.number(),
  effort_gain: z.number(),
  ladder_difficulty: Difficulty,
});
export type Ladder = z.infer<typeof Ladder>;
