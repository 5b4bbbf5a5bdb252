import { z } from 'zod';
import { AgentTrial, Finding, Isolation, Ladder, ReviewVerdict, RuleResult, RunReport, Spent } from '@mle-smith/contracts';

/** What the report shows of one task, verified or not. */
export const TaskDetail = z.object({
  id: z.string(),
  dataset: z.string(),
  state: z.enum(['verified', 'abandoned', 'cancelled', 'open']),
  code: z.string().optional(),
  message: z.string().optional(),
  title: z.string(),
  question: z.string(),
  modality: z.string(),
  objective: z.string(),
  target: z.string(),
  metric: z.string(),
  split: z.string(),
  generations: z.int(),
  seconds: z.number(),
  stages: z.array(z.object({ stage: z.string(), seconds: z.number(), runs: z.int() })),
  excluded: z.array(z.object({ column: z.string(), reason: z.string() })),
  skills: z.array(z.string()),
  signalToNoise: z.number().optional(),
  twin: z.object({ of: z.string(), kind: z.enum(['same', 'alike']), similarity: z.number() }).optional(),
  micro: z.object({ of: z.string(), kendall: z.number().optional(), spearman: z.number().optional() }).optional(),
  ladder: Ladder.optional(),
  /** What the agent that solves tasks reached, where one did. */
  agent: AgentTrial.optional(),
  review: ReviewVerdict.optional(),
  rules: z.array(RuleResult),
  findings: z.array(Finding),
  isolation: Isolation.optional(),
  /** Who thought in each stage that thinks, as far as the task came. */
  engines: z.partialRecord(z.enum(['design', 'review']), z.string()).default({}),
  /** Model calls of this task. */
  spent: Spent.optional(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

/** A formulation that was turned down before it became a task. */
export const TurnedDown = z.object({ dataset: z.string(), target: z.string(), objective: z.string().optional(), code: z.string(), reason: z.string() });

/** `report/report.json`: the run's outcome with the evidence of each task. */
export const ReportData = RunReport.extend({
  refusals: z.array(z.object({ dataset: z.string(), code: z.string(), message: z.string() })),
  details: z.array(TaskDetail),
  turnedDown: z.array(TurnedDown),
  /** How many distinct tasks there are of each kind. */
  spread: z.record(z.enum(['modality', 'objective', 'difficulty', 'skill']), z.record(z.string(), z.int())),
});
export type ReportData = z.infer<typeof ReportData>;
