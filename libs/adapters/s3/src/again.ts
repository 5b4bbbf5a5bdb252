import { ArtifactCorruptError } from '@mle-smith/package';

/** Reads once more what came wrong: the fault may have been on the way. */
export async function again<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArtifactCorruptError)) throw error;
    return read();
  }
}
