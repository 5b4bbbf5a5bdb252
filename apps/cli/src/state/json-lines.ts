import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { boundedLines } from '../bounded-lines.ts';
import { openRegular } from '@mle-smith/adapter-filesystem';
import { invalidState } from './state-error.ts';
import type { Lines } from './state-manifest.ts';

/** One subject with its history, or one call: both are bounded where they are made, well below this. */
const LONGEST_LINE_BYTES = 32 * 1024 ** 2;

/** Writes values to a new file, one a line, and gives what a manifest says of it. */
export async function writeLines(path: string, values: AsyncIterable<unknown>): Promise<Lines> {
  const hash = createHash('sha256');
  const written = { lines: 0, bytes: 0 };
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const value of values) {
      const line = Buffer.from(`${JSON.stringify(value)}\n`);
      hash.update(line);
      await file.write(line);
      written.lines += 1;
      written.bytes += line.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { ...written, sha256: hash.digest('hex') };
}

/** The values of a file of a state folder; throws `state_invalid` at its end where it is not what its manifest says, or at a line that is no JSON. */
export async function* readLines(folder: string, name: string, told: Lines): AsyncGenerator<unknown, void, undefined> {
  const file = await openRegular(`${folder}/${name}`);
  if (typeof file === 'string') throw invalidState(folder, `${name} is missing, or no regular file`);
  try {
    if ((await file.stat()).size !== told.bytes) throw invalidState(folder, `${name} does not have the ${told.bytes} bytes that the manifest tells`);
    const hash = createHash('sha256');
    const stream = file.createReadStream({ autoClose: false });
    stream.on('data', (chunk) => hash.update(chunk));
    let lines = 0;
    for await (const line of boundedLines(stream, LONGEST_LINE_BYTES, new AbortController().signal)) {
      lines += 1;
      if (Buffer.byteLength(line) > LONGEST_LINE_BYTES) throw invalidState(folder, `line ${lines} of ${name} is too long`);
      yield valueOf(line, () => invalidState(folder, `line ${lines} of ${name} is no JSON`));
    }
    if (lines !== told.lines || hash.digest('hex') !== told.sha256) throw invalidState(folder, `${name} is not what the manifest tells`);
  } finally {
    await file.close();
  }
}

function valueOf(line: string, fault: () => Error): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw fault();
  }
}
