/** Most bytes that a subject's findings may take as JSON: a subject is one document, which stays below 256 KiB (platform ST-13). */
export const MAX_FINDINGS_BYTES = 96 * 1024;
/** The same of its documents' names and digests. */
export const MAX_DOCUMENTS_BYTES = 16 * 1024;

/** A stage left more on a subject than one document may hold. */
export class SubjectTooLargeError extends Error {
  readonly code = 'subject_too_large';
  constructor(part: string, bytes: number, limit: number) {
    super(
      `a stage left more on a subject than it may hold [part=${part}, bytes=${bytes}, limit=${limit}]; large evidence belongs in a document of the artifact store`,
    );
    this.name = new.target.name;
  }
}

/** Throws `SubjectTooLargeError` where a record or a change exceeds its bounds. */
export function checkSize({ findings, documents }: { readonly findings?: unknown; readonly documents?: unknown }): void {
  checkPart('findings', findings, MAX_FINDINGS_BYTES);
  checkPart('documents', documents, MAX_DOCUMENTS_BYTES);
}

function checkPart(part: string, value: unknown, limit: number): void {
  if (value === undefined) return;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > limit) throw new SubjectTooLargeError(part, bytes, limit);
}
