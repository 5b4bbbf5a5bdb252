import { z } from 'zod';

/** The scale-free scores of a target, by its objective: what an effect or a shortcut is measured on, whatever the task's metric. */
export const SCALES = ['r2', 'roc_auc', 'balanced_accuracy', 'concordance'] as const;
export const Scale = z.enum(SCALES);
export type Scale = z.infer<typeof Scale>;

/** A limit on each of the scores. */
export const ScaleLimits = z.record(Scale, z.number());
