import { z } from 'zod';

/** The id of a dataset or a task: safe as a name of a file, a part of an address and a word of a log. */
export const SubjectId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
  .describe('The id of a dataset or a task.');
