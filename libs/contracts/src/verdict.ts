import { z } from 'zod';
import { Finding } from './finding.ts';
import { Ladder, RungKind } from './ladder.ts';

/** What kept the code that was run apart from the machine; printed with each verdict. */
export const Isolation = z.object({
  /** `pod-sandboxed`: a pod of a RuntimeClass with a kernel of its own; `pod`: one that shares the kernel of its node. */
  kind: z.enum(['bubblewrap-root', 'bubblewrap-user', 'pod-sandboxed', 'pod', 'process', 'none']),
  /** What this machine cannot stop, in words. */
  gaps: z.array(z.string()).default([]),
});
export type Isolation = z.infer<typeof Isolation>;

/** One rule's answer. Every rule of a phase is listed, passed or not. */
export const RuleResult = z.object({
  id: z.string(),
  title: z.string(),
  level: z.enum(['B', 'W']),
  phase: z.enum(['design', 'package', 'execute']),
  status: z.enum(['passed', 'failed', 'warned', 'not_applicable', 'not_measured']),
  measurement: z.record(z.string(), z.unknown()).default({}),
  reason: z.string().default(''),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const AssertVerdict = z.object({
  passed: z.boolean(),
  engine: z.literal('rules'),
  version: z.string(),
  revision: z.string().optional(),
  isolation: Isolation,
  rules: z.array(RuleResult),
  findings: z.array(Finding),
});
export type AssertVerdict = z.infer<typeof AssertVerdict>;

export const DIMENSIONS = [
  'task_validity',
  'data_sufficiency',
  'raw_data_usage',
  'task_complexity',
  'data_quality',
  'description_clarity',
  'metric_fit',
  'shortcut_resistance',
] as const;
export const ReviewVerdict = z.object({
  passed: z.boolean(),
  engine: z.enum(['rules', 'llm']),
  version: z.string(),
  dimensions: z.array(
    z.object({
      name: z.enum(DIMENSIONS),
      score: z.int().min(0).max(5),
      reason: z.string(),
      evidence: z.array(z.object({ source: z.string(), text: z.string() })),
    }),
  ),
  overall: z.number(),
  recommendation: z.enum(['recommended', 'conditional', 'rejected']),
  findings: z.array(Finding),
  /** Where models judged: who, by which prompt, what each said, and how many of its claims had no evidence. */
  judges: z
    .array(z.object({ name: z.string(), model: z.string(), prompt: z.string(), scores: z.record(z.string(), z.int()), dropped: z.int() }))
    .exactOptional(),
});
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

export const ProbeResult = z.object({ name: z.string(), passed: z.boolean(), observed: z.record(z.string(), z.unknown()) });
export type ProbeResult = z.infer<typeof ProbeResult>;

const Submission = z.object({ step: z.int(), score: z.number() });

/** What an agent that solved the task like a participant reached. It decides nothing: a weak model says little about a task. */
export const AgentTrial = z.object({
  name: z.literal('solver'),
  model: z.string(),
  prompt: z.string(),
  /** `answered`, the bound that was met, or the code of the model's fault. */
  ended: z.string(),
  /** Its best score, unrounded, and the action that made it; `final` is the submission that it stands by. */
  best: Submission.nullable(),
  final: Submission.nullable(),
  /** Kinds of the rungs that its best score is as good as. */
  reached: z.array(RungKind),
  actions: z.int(),
  mistakes: z.array(z.object({ step: z.int(), kind: z.string() })),
  /** Digest of what was said. */
  transcript: z.string(),
});
export type AgentTrial = z.infer<typeof AgentTrial>;

export const ExecuteVerdict = z.object({
  passed: z.boolean(),
  engine: z.enum(['rules', 'llm']),
  version: z.string(),
  isolation: Isolation,
  ladder: Ladder.optional(),
  /** Where models think: the test agent beside the ladder. */
  agent: AgentTrial.exactOptional(),
  probes: z.array(ProbeResult),
  rules: z.array(RuleResult),
  findings: z.array(Finding),
});
export type ExecuteVerdict = z.infer<typeof ExecuteVerdict>;
