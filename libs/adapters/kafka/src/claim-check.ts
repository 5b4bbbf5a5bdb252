import { EventTooLargeError } from './errors.ts';
import { MOST_BODY_BYTES, MOST_REFERRED_BYTES } from './limits.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Where bodies go that are too large for a message: two methods of the artifact store. */
export interface BlobStore {
  /** Stores bytes and gives their digest. */
  put(bytes: Uint8Array): Promise<string>;
  /** Gives bytes by their digest as they come; throws an error with the code `artifact_missing` where there are none. */
  read(digest: string): AsyncIterable<Uint8Array>;
}

/** The digest of a body that is too large to travel, undefined for one that is not. Throws `EventTooLargeError` where there is no store. */
export async function checkIn(id: string, body: Buffer, blobs: BlobStore | undefined): Promise<string | undefined> {
  if (body.length <= MOST_BODY_BYTES) return undefined;
  const most = blobs === undefined ? MOST_BODY_BYTES : MOST_REFERRED_BYTES;
  if (blobs === undefined || body.length > most) throw new EventTooLargeError(id, body.length, most);
  return blobs.put(body);
}

/** A body by its digest, or why there is none: it is not there or not whole, or larger than any event. Throws what the store throws where it cannot be reached. */
export async function fetchBody(digest: string, blobs: BlobStore | undefined): Promise<Uint8Array | 'claim_check_missing' | 'oversize'> {
  if (blobs === undefined || !DIGEST.test(digest)) return 'claim_check_missing';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of blobs.read(digest)) {
      if ((bytes += chunk.length) > MOST_REFERRED_BYTES) return 'oversize';
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'artifact_missing' || code === 'artifact_corrupt') return 'claim_check_missing';
    throw error;
  }
}
