import { DETERMINISM_RULES } from './rules/determinism.ts';
import { IDENTITY_RULES } from './rules/identity.ts';
import { LAYOUT_RULES } from './rules/layout.ts';
import { LEAKAGE_RULES } from './rules/leakage.ts';
import { METRIC_RULES } from './rules/metric.ts';
import { SAMPLE_RULES } from './rules/sample.ts';
import { SPLIT_RULES } from './rules/split.ts';
import type { Rule } from './rule.ts';

/** Every deterministic rule of the assert stage. Rules that need the ladder are execution's. */
export const RULES: readonly Rule[] = [
  ...LAYOUT_RULES,
  ...DETERMINISM_RULES,
  ...SPLIT_RULES,
  ...LEAKAGE_RULES,
  ...SAMPLE_RULES,
  ...METRIC_RULES,
  ...IDENTITY_RULES,
].sort((one, other) => (one.id < other.id ? -1 : 1));
