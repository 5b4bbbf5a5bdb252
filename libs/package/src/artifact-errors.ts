import type { Digest } from './artifact-store.ts';

/** A digest that the store does not hold. */
export class ArtifactMissingError extends Error {
  readonly code = 'artifact_missing';
  readonly digest: Digest;
  constructor(digest: Digest, options?: { cause?: unknown }) {
    super(
      `the artifact store does not hold this content [digest=${digest}]; \`mle-smith audit\` lists what is gone; start again with another directory`,
      options,
    );
    this.name = new.target.name;
    this.digest = digest;
  }
}

/** Content that is not what its digest says. */
export class ArtifactCorruptError extends Error {
  readonly code = 'artifact_corrupt';
  readonly digest: Digest;
  constructor(digest: Digest) {
    super(`stored content does not match its digest [digest=${digest}]; the disk or a program changed it; start again with another directory`);
    this.name = new.target.name;
    this.digest = digest;
  }
}
