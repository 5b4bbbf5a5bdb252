import { z } from 'zod';

/** Version of the form that is written here; a newer one is refused. */
export const STATE_VERSION = 1;

/** Files of a state folder beside `blobs/`. The manifest is written last. */
export const STATE_FILES = { manifest: 'manifest.json', subjects: 'subjects.jsonl', calls: 'calls.jsonl', blobs: 'blobs' } as const;

const Lines = z.strictObject({ lines: z.int().nonnegative(), bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type Lines = z.infer<typeof Lines>;

/** What a state folder says of itself: it is whole where all of it is there. */
export const StateManifest = z.strictObject({
  format: z.literal('mle-smith-state'),
  version: z.literal(STATE_VERSION),
  subjects: Lines,
  calls: Lines,
  blobs: z.strictObject({ files: z.int().nonnegative(), bytes: z.int().nonnegative() }),
});
export type StateManifest = z.infer<typeof StateManifest>;
