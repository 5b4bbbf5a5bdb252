import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '@mle-smith/package';

/** The digest of a file, read in pieces that `use` may take along. */
export async function digestOfFile(path: string, use?: (chunk: Buffer) => Promise<void>): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await use?.(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}
