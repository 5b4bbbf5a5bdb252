import { EventTooLargeError } from './errors.ts';
import { MOST_BODY_BYTES } from './limits.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Where bodies go that are too large for a message: two methods of the artifact store. */
export interface BlobStore {
  /** Stores bytes and gives their digest. */
  put(bytes: Uint8Array): Promise<string>;
  /** Gives bytes by their digest; throws an error with the code `artifact_missing` where there are none. */
  get(digest: string): Promise<Uint8Array>;
}

/** The digest of a body that is too large to travel, undefined for one that is not. Throws `EventTooLargeError` where there is no store. */
export async function checkIn(id: string, body: Buffer, blobs: BlobStore | undefined): Promise<string | undefined> {
  if (body.length <= MOST_BODY_BYTES) return undefined;
  if (blobs === undefined) throw new EventTooLargeError(id, body.length, MOST_BODY_BYTES);
  return blobs.put(body);
}

/** A body by its digest; undefined where it is not there or not whole. Throws what the store throws where it cannot be reached. */
export async function fetchBody(digest: string, blobs: BlobStore | undefined): Promise<Uint8Array | undefined> {
  if (blobs === undefined || !DIGEST.test(digest)) return undefined;
  try {
    return await blobs.get(digest);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'artifact_missing' || code === 'artifact_corrupt') return undefined;
    throw error;
  }
}
