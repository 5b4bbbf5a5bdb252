import { ROWS_OF_A_CLASS, ScaleLimits } from '@mle-smith/contracts';
import { z } from 'zod';

/** Thresholds of the deterministic rules; the numbers are those of the catalogue of assertions. */
export const AssertConfig = z.object({
  rebuildWallMs: z.int().positive().default(300_000),
  auditWallMs: z.int().positive().default(300_000),
  maxPackageBytes: z
    .int()
    .positive()
    .default(5 * 1024 ** 3),
  maxColumns: z.int().positive().default(2_000),
  maxFiles: z.int().positive().default(100_000),
  maxFileBytes: z
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  /** How many times its own size an archive may unpack to. */
  maxRatio: z.number().default(200),
  /** Chance below which an association of order or id with the target is no accident, before Holm's correction. */
  signalChance: z.number().default(0.01),
  /** Associations below it are too small to be of use, whatever their chance. */
  leastSignal: z.number().default(0.1),
  missingness: z.object({ warn: ScaleLimits, block: ScaleLimits }).default({
    warn: { r2: 0.5, roc_auc: 0.8, balanced_accuracy: 0.8, concordance: 0.8 },
    block: { r2: 0.97, roc_auc: 0.99, balanced_accuracy: 0.98, concordance: 0.99 },
  }),
  shortcut: ScaleLimits.default({ r2: 0.97, roc_auc: 0.99, balanced_accuracy: 0.98, concordance: 0.99 }),
  /** Share of the gain that must be lost without a shortcut column for it to be one. */
  shortcutLoss: z.number().default(0.2),
  copies: z.object({ warn: z.number(), block: z.number() }).default({ warn: 0.01, block: 0.05 }),
  /** Share of the target's variance that remainders or last digits of a column may explain. */
  residue: z.number().default(0.5),
  /** How far random folds may beat folds by an undeclared entity: standard errors, and share of (best − trivial), beyond one error. */
  entityEffect: z.object({ errors: z.number(), share: z.number() }).default({ errors: 3, share: 0.1 }),
  knownCoverage: z.number().default(0.95),
  /** Share of the labelled raw rows that must be in the package. */
  usedRows: z.number().default(0.99),
  splitTolerance: z.number().default(0.01),
  classUnits: z.object({ macro: z.int(), micro: z.int() }).default({ macro: ROWS_OF_A_CLASS, micro: 10 }),
  classEffect: z.number().default(0.1),
  majority: z.number().default(0.99),
  distinctTargets: z.int().default(10),
  leastTest: z
    .object({ rarerClass: z.int(), regression: z.int(), labelled: z.int(), series: z.int() })
    .default({ rarerClass: 30, regression: 80, labelled: 200, series: 10 }),
  /** Seasons that each series of a forecast has before its future. */
  leastSeasons: z.number().default(2),
  adversarial: z.object({ rocAuc: z.number(), chance: z.number() }).default({ rocAuc: 0.65, chance: 0.01 }),
  /** Cells that look like personal data; of secrets one is too many. */
  personalCells: z.int().default(20),
  /** Names of benches and platforms that a description must not hold, as they are written. */
  platformNames: z
    .array(z.string())
    .default(['mle-smith', 'mle-bench', 'mle-dojo', 'openmle', 'kaggle', 'terminal-bench', 'dsbench', 'swe-bench', 'this benchmark', 'the leaderboard']),
});
export type AssertConfig = z.infer<typeof AssertConfig>;
