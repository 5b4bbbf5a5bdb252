import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@mle-smith/package';
import { HttpProblem, principalOf } from '@mle-smith/service';
import type { Handlers } from './mount.ts';
import { Places } from './places.ts';

/** Uploads at the same time; each may fill the work folder with its largest file. */
const MOST_UPLOADS = 16;

/** Takes files: a body goes to a file of the work folder as it arrives, then into the store. What is too large, or breaks off, leaves nothing. */
export function uploadHandlers({
  artifacts,
  workDirectory,
  uploadBytes,
}: {
  artifacts: ArtifactStore;
  workDirectory: string;
  uploadBytes: number;
}): Handlers<'uploadBlob'> {
  const places = new Places({ what: 'uploads are under way', most: MOST_UPLOADS, retrySeconds: 2 });
  const tooLarge = (): HttpProblem => new HttpProblem('too_large', `a file may have ${uploadBytes} bytes`, { members: { most: uploadBytes } });
  return {
    async uploadBlob({ request, response }) {
      if (Number(request.get('content-length') ?? 0) > uploadBytes) throw tooLarge();
      const leave = places.take(principalOf(response).name);
      const draft = join(workDirectory, `upload-${randomUUID()}`);
      try {
        await mkdir(workDirectory, { recursive: true });
        await pipeline(request, bounded(uploadBytes, tooLarge), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
        return { body: await artifacts.putFile(draft) };
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE' || (error as { code?: unknown }).code === 'ECONNRESET')
          throw new HttpProblem('malformed_request', 'the body broke off', { cause: error });
        throw error;
      } finally {
        leave();
        await rm(draft, { force: true });
      }
    },
  };
}

function bounded(most: number, fault: () => Error): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) done(fault());
      else done(null, chunk);
    },
  });
}
