import { z } from 'zod';

/** What a finding means for the package: `block` returns it, `warn` goes on to review with its numbers. */
export const Severity = z.enum(['block', 'warn']);
export type Severity = z.infer<typeof Severity>;

/** Who can mend a finding; `none` where no repair is allowed (task-science 6). */
export const Owner = z.enum(['designer', 'refactor', 'none']);
export type Owner = z.infer<typeof Owner>;

/**
 * What the rules design engine is able to do about a finding. `columns` names what it acts on: columns as the raw table
 * calls them, or classes where those are merged.
 */
export const Repair = z.object({
  action: z.enum(['drop_columns', 'group_split', 'temporal_split', 'change_metric', 'merge_rare_classes', 'rebuild', 'none']),
  columns: z.array(z.string()).default([]),
  value: z.string().optional(),
});
export type Repair = z.infer<typeof Repair>;

/** One thing wrong with a package. Evidence holds the measured numbers and never an answer. */
export const Finding = z.object({
  rule: z.string(),
  severity: Severity,
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()).default({}),
  owner: Owner.default('designer'),
  repair: Repair.optional(),
});
export type Finding = z.infer<typeof Finding>;
