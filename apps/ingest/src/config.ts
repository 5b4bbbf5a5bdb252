import { z } from 'zod';

/** Limits of what one dataset may hold. */
export const IngestConfig = z.object({
  maxFiles: z.int().positive().default(200_000),
  maxBytes: z
    .int()
    .positive()
    .default(20 * 1024 ** 3),
  profileMemoryMb: z.int().positive().default(4096),
  profileWallMs: z.int().positive().default(600_000),
});
export type IngestConfig = z.infer<typeof IngestConfig>;
