import { z } from 'zod';

/** What becomes of an open dataset or task now, and since when. */
export const Present = z.object({
  doing: z
    .enum(['waits', 'retries', 'works', 'left'])
    .describe('`retries`: it waits until `again`; `left`: whoever worked on it is gone, and the next worker takes over.'),
  stage: z.string(),
  since: z.string().describe('When it came to this stage.'),
  attempt: z.int(),
  worker: z.string().exactOptional().describe('Who holds its lease, or held it last.'),
  workSince: z.string().exactOptional().describe('When the worker took it.'),
  leaseUntil: z.string().exactOptional(),
  again: z.string().exactOptional().describe('No worker takes it before.'),
  retries: z.int().exactOptional().describe('Faults of the machine, or of this program, at this stage.'),
  mostRetries: z.int().exactOptional().describe('The number of them after which one more ends it.'),
  reason: z.string().exactOptional().describe('What ended the attempt before.'),
  cancelRequested: z.boolean(),
  deadline: z.string().describe('When it ends as `stuck` if it has made no step.'),
});
export type Present = z.infer<typeof Present>;

/** An open dataset or task among others. */
export const OpenSubject = z.object({ id: z.string(), kind: z.enum(['dataset', 'task']), state: z.string(), present: Present });
export type OpenSubject = z.infer<typeof OpenSubject>;
