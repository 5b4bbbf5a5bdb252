import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Uploaded } from '@mle-smith/contracts';
import { IngestConfig, RefusedError, snapshot } from '@mle-smith/ingest';
import { CliError } from '../cli-error.ts';
import type { NamedDataset } from '../datasets.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Client } from './client.ts';

/** Sends a folder to the server and submits it as a dataset; false where it was submitted before. Files are chosen as a run on this machine chooses them. */
export async function uploadDataset(client: Client, { id, path }: NamedDataset, signal: AbortSignal): Promise<boolean> {
  const files = await snapshot(path, { putFile: (file) => uploadFile(client, file, signal) }, IngestConfig.parse({})).catch((error: unknown) => {
    if (!(error instanceof RefusedError)) throw error;
    throw new CliError(error.code, `the dataset cannot be sent: ${error.message} [path=${path}]`, { exitCode: EXIT_CODES.usage.code, cause: error });
  });
  return (await client.ask('submitDataset', { body: { id, files, name: basename(resolve(path)) }, signal })).created;
}

/** Sends one file as it is read. What the server says that it got must be what was sent. */
async function uploadFile(client: Client, file: string, signal: AbortSignal): Promise<{ digest: string; bytes: number }> {
  let hash = createHash('sha256');
  const answer = await client.open('uploadBlob', {
    headers: { 'content-type': 'application/octet-stream' },
    signal,
    body: () => {
      const tap = (hash = createHash('sha256'));
      const chunks = async function* (): AsyncGenerator<Buffer> {
        for await (const chunk of createReadStream(file)) {
          tap.update(chunk as Buffer);
          yield chunk as Buffer;
        }
      };
      return Readable.toWeb(Readable.from(chunks())) as unknown as RequestInit['body'];
    },
  });
  const got = Uploaded.parse(await answer.json());
  if (got.digest !== `sha256:${hash.digest('hex')}`)
    throw new CliError('upload_damaged', `the server got another content than was sent, or the file changed meanwhile [file=${file}]; try again`);
  return got;
}
