import { z } from 'zod';

/** Floors and limits of the rubric. */
export const ReviewConfig = z.object({
  recommended: z.number().default(4),
  conditional: z.number().default(2.5),
  /** A dimension below its floor rejects the task, whatever the mean. */
  floors: z.record(z.string(), z.int()).default({ task_validity: 3, task_complexity: 2, description_clarity: 3, metric_fit: 3, shortcut_resistance: 3 }),
  /** Labelled rows for 3, 4 and 5 points. */
  rows: z.tuple([z.int(), z.int(), z.int()]).default([200, 500, 1000]),
});
export type ReviewConfig = z.infer<typeof ReviewConfig>;
