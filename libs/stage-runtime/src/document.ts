import type { Digest } from '@mle-smith/package';
import type { WorkItem } from './stage.ts';

/** A stage was started without a document that an earlier stage must have left. */
export class DocumentMissingError extends Error {
  readonly code = 'document_missing';
  constructor(item: WorkItem, name: string) {
    super(`an earlier stage left no such document [stage=${item.stage}, subject=${item.id}, document=${name}]`);
    this.name = new.target.name;
  }
}

/** The digest of a document by its name. Throws `DocumentMissingError`. */
export function documentOf(item: WorkItem, name: string): Digest {
  const digest = item.documents[name];
  if (digest === undefined) throw new DocumentMissingError(item, name);
  return digest;
}
