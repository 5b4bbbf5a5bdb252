import { z } from 'zod';
import { MachineUse } from './attempt-event.ts';
import { Finding } from './finding.ts';
import { Difficulty, Ladder, RungKind } from './ladder.ts';
import { AgentTrial } from './verdict.ts';

/** What model calls came to. */
export const Spent = z.object({ calls: z.int(), inputTokens: z.number(), outputTokens: z.number(), usd: z.number(), unpriced: z.int() });
export type Spent = z.infer<typeof Spent>;

/** What a stage took: models, and machines in attempts that came to a result. */
export const StageCost = Spent.extend(MachineUse.shape);
export type StageCost = z.infer<typeof StageCost>;

/** What a stage took on average: counts are parts of one as well. */
export const AverageCost = StageCost.extend({ attempts: z.number(), calls: z.number(), unpriced: z.number() });
export type AverageCost = z.infer<typeof AverageCost>;

/** What all work took, abandoned, refused and unfinished work too, for each task that was verified. */
export const WorkPerVerifiedTask = z.object({ all: AverageCost, byStage: z.record(z.string(), AverageCost) });
export type WorkPerVerifiedTask = z.infer<typeof WorkPerVerifiedTask>;

/** What a dataset or task took. `seconds` is the time of its attempts; jobs of theirs that run side by side may take more of processors. */
export const SubjectCost = Spent.extend({
  seconds: z.number(),
  cpuSeconds: z.number(),
  gpuSeconds: z.number(),
  byAgent: z.record(z.string(), Spent),
  byStage: z.record(z.string(), StageCost),
});
export type SubjectCost = z.infer<typeof SubjectCost>;

/** Most tasks of which `VerifiedCosts` tells each. */
export const MOST_DEAREST = 100;

/** What verified tasks took, from their design on; what their datasets took is shared by tasks, and not among it. */
export const VerifiedCosts = z.object({
  tasks: z.int(),
  byStage: z.record(z.string(), StageCost),
  /** By money, then by time of processors. */
  dearest: z.array(z.object({ id: z.string(), byStage: z.record(z.string(), StageCost) })).max(MOST_DEAREST),
});
export type VerifiedCosts = z.infer<typeof VerifiedCosts>;

export const Funnel = z.object({
  datasets: z.int(),
  refused: z.int(),
  proposed: z.int(),
  designed: z.int(),
  designAsserted: z.int(),
  refactored: z.int(),
  asserted: z.int(),
  reviewed: z.int(),
  verified: z.int(),
  abandoned: z.int(),
});
export type Funnel = z.infer<typeof Funnel>;

/** `run --json`; `open` is what a run that was stopped leaves for the next one. */
export const RunReport = z.object({
  datasets: z.array(z.object({ id: z.string(), state: z.enum(['done', 'refused', 'open']), code: z.string().optional(), tasks: z.array(z.string()) })),
  tasks: z.array(
    z.object({
      id: z.string(),
      dataset: z.string(),
      state: z.enum(['verified', 'abandoned', 'open']),
      code: z.string().optional(),
      generations: z.int(),
      seconds: z.number(),
      /** How far the baselines of a verified task are apart. */
      difficulty: Difficulty.exactOptional(),
      /** The task that this one repeats, of this run or of the catalogue. */
      twin: z.object({ of: z.string(), kind: z.enum(['same', 'alike']), similarity: z.number() }).optional(),
      /** The task whose micro variant this one is. */
      microOf: z.string().optional(),
    }),
  ),
  /** Datasets and tasks that are set aside, because what is stored of them cannot be read any more; absent where none are. */
  unreadable: z
    .array(
      z.object({
        id: z.string(),
        dataset: z.string(),
        /** Where it stands; absent where that cannot be read either. */
        state: z.string().exactOptional(),
        document: z.string(),
        file: z.string(),
        message: z.string(),
      }),
    )
    .exactOptional(),
  funnel: Funnel,
  /** Verified tasks that repeat no other one and are no micro variant. */
  distinct: z.int(),
  seconds: z.number(),
  /** Model calls of this run directory or record, in all, by agent and by model; `now` are those of the last command alone. Absent where none were made: rules thought. */
  models: z
    .object({ all: Spent, now: Spent.exactOptional(), byAgent: z.record(z.string(), Spent), byModel: z.record(z.string(), Spent).exactOptional() })
    .exactOptional(),
  version: z.string(),
});
export type RunReport = z.infer<typeof RunReport>;

/** `verify --json`. */
export const VerifyReport = z.object({
  packages: z.array(
    z.object({
      path: z.string(),
      passed: z.boolean(),
      findings: z.array(Finding.pick({ rule: true, severity: true, message: true, evidence: true })),
      ladder: Ladder.or(z.object({})),
      seconds: z.number(),
    }),
  ),
});
export type VerifyReport = z.infer<typeof VerifyReport>;

/** `score --json`; `score` is null where the submission is not valid. */
export const ScoreReport = z.object({
  score: z.number().nullable(),
  valid: z.boolean(),
  feedback: z.string(),
  /** How to read the score, where the package's manifest says it. */
  metric: z.string().exactOptional(),
  direction: z.enum(['minimize', 'maximize']).exactOptional(),
  /** What the trivial and the strong baseline of a verified task reach. */
  baselines: z.array(z.object({ kind: RungKind, rung: z.string(), score: z.number() })).exactOptional(),
});
export type ScoreReport = z.infer<typeof ScoreReport>;

/** `solve --json`; `transcript` is the file that holds what was said. */
export const SolveReport = z.object({
  task: z.string(),
  metric: z.string(),
  direction: z.enum(['maximize', 'minimize']),
  rungs: z.array(z.object({ kind: RungKind, score: z.number() })),
  agent: AgentTrial,
  transcript: z.string(),
  models: Spent,
});
export type SolveReport = z.infer<typeof SolveReport>;

/** `export --json`; `form` is recipe where the licence keeps the data on this machine. */
export const ExportReport = z.object({
  target: z.string(),
  out: z.string(),
  exported: z.array(z.object({ id: z.string(), path: z.string(), form: z.enum(['whole', 'recipe']), files: z.int(), state: z.enum(['written', 'unchanged']) })),
  skipped: z.array(z.object({ id: z.string(), path: z.string(), code: z.string(), message: z.string() })),
});
export type ExportReport = z.infer<typeof ExportReport>;
