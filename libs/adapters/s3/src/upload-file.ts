import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { mapBounded } from './bounded.ts';
import { answerOf, type S3Bucket } from './s3-bucket.ts';
import { ChangedWhileReadError } from './store-errors.ts';

/** A piece of a file, as it was when it was measured. */
interface Part {
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file's digest and the parts that it is sent in. */
export interface MeasuredFile {
  readonly hex: string;
  readonly bytes: number;
  readonly parts: readonly Part[];
}

/** Parts under way at the same time: with `partBytes` the bound on memory. */
const PARTS_AT_ONCE = 3;
/** What servers take at most. */
const MOST_PARTS = 10_000;

/** Reads a file once, a part at a time. Parts are as large as asked for, or larger where there would be too many. */
export async function measureFile(path: string, partBytes: number): Promise<MeasuredFile> {
  const file = await open(path);
  try {
    const { size: expected } = await file.stat();
    const size = Math.max(partBytes, Math.ceil(expected / MOST_PARTS));
    const whole = createHash('sha256');
    const parts: Part[] = [];
    let offset = 0;
    for (;;) {
      const bytes = await readPart(file, offset, size);
      if (bytes.length === 0) break;
      whole.update(bytes);
      parts.push({ offset, bytes: bytes.length, sha256: sha256Of(bytes) });
      offset += bytes.length;
    }
    return { hex: whole.digest('hex'), bytes: offset, parts };
  } finally {
    await file.close();
  }
}

/**
 * Sends a measured file as one object: in memory of a few parts, whatever its size. Nothing is to be seen before the last step.
 * `ifAbsent`: what is there by then, stays. Throws `ChangedWhileReadError` where the file is no longer what was measured.
 */
export async function uploadFile(bucket: S3Bucket, key: string, path: string, measured: MeasuredFile, ifAbsent: boolean): Promise<void> {
  const place = { Bucket: bucket.name, Key: key };
  const begun = await bucket.run('begin an upload', () => bucket.client.send(new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256' })));
  const upload = { ...place, UploadId: begun.UploadId };
  const file = await open(path);
  try {
    const parts = await mapBounded([...measured.parts.entries()], PARTS_AT_ONCE, async ([index, part]): Promise<CompletedPart> => {
      const bytes = await readPart(file, part.offset, part.bytes);
      if (sha256Of(bytes) !== part.sha256) throw new ChangedWhileReadError(path);
      const number = { PartNumber: index + 1, ChecksumSHA256: part.sha256 };
      const sent = await bucket.run('send a part', () =>
        bucket.client.send(new UploadPartCommand({ ...upload, ...number, Body: bytes, ContentLength: bytes.length })),
      );
      return { ...number, ETag: sent.ETag };
    });
    await bucket.run('complete an upload', () =>
      bucket.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts }, ...(ifAbsent ? { IfNoneMatch: '*' } : {}) })),
    );
  } catch (error) {
    await bucket.client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    const answer = answerOf(error);
    if (answer === undefined) throw error;
    // 412: somebody else was first. 404: an earlier try was completed, and its reply was lost.
    if ((await bucket.sizeOf(key)) !== measured.bytes) throw bucket.unreachable('complete an upload', `HTTP ${answer}`, error);
  } finally {
    await file.close();
  }
}

/** The sha256 of bytes, as S3 writes it. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Up to `bytes` bytes from an offset; fewer at the end of the file. */
async function readPart(file: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
