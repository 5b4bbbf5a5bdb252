import { TaskManifest } from '@mle-smith/contracts';
import { z } from 'zod';

/** Of a ranking: pairs of one file that met and that did not, and how many times as often a user or an item comes with the latter: [least, most]. */
const Candidates = z.object({
  met: z.int(),
  others: z.int(),
  user: z.tuple([z.number(), z.number()]).nullable(),
  item: z.tuple([z.number(), z.number()]).nullable(),
});

/** What was measured on the prepared files; numbers on columns and target come from train.csv alone. */
export const DesignFacts = z.object({
  trainRows: z.int(),
  testRows: z.int(),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      missing: z.number(),
      distinct: z.int(),
      min: z.number().nullish(),
      max: z.number().nullish(),
      values: z.array(z.string()).optional(),
      complete: z.boolean().optional(),
      /** Files: how large they are, in words. */
      note: z.string().optional(),
    }),
  ),
  sample: z.array(z.string()),
  sampleScore: z.number().nullable(),
  candidates: z.object({ train: Candidates, test: Candidates }).optional(),
  target: z.object({
    distinct: z.int(),
    shares: z.record(z.string(), z.number()).optional(),
    /** Share of the training rows whose event was seen. */
    seen: z.number().optional(),
    min: z.number().nullish(),
    median: z.number().nullish(),
    max: z.number().nullish(),
  }),
});
export type DesignFacts = z.infer<typeof DesignFacts>;

/** `design.json`: what the manifest will say about the task, as far as the design knows it, and the facts. */
export const DesignRecord = TaskManifest.omit({
  format: true,
  revision: true,
  dataset: true,
  files: true,
  licence: true,
  local_only: true,
  value: true,
}).extend({
  facts: DesignFacts,
  /** Whether an agent left the programs as the building blocks are. */
  blocks: z.literal(true).optional(),
});
export type DesignRecord = z.infer<typeof DesignRecord>;
