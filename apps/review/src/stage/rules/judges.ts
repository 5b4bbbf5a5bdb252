import type { Judge } from '../claim.ts';
import { judgeComplexity } from './complexity.ts';
import { judgeDescription } from './description.ts';
import { judgeMetric } from './metric.ts';
import { judgeQuality } from './quality.ts';
import { judgeShortcuts } from './shortcuts.ts';
import { judgeSufficiency } from './sufficiency.ts';
import { judgeUsage } from './usage.ts';
import { judgeValidity } from './validity.ts';

/** The rule judge: one for each dimension of the rubric. */
export const JUDGES: readonly Judge[] = [
  judgeValidity,
  judgeSufficiency,
  judgeUsage,
  judgeComplexity,
  judgeQuality,
  judgeDescription,
  judgeMetric,
  judgeShortcuts,
];
