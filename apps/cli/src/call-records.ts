import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallStore } from '@mle-smith/agent';
import { FilesystemCallStore, openRegular } from '@mle-smith/adapter-filesystem';
import { canonicalJson } from '@mle-smith/package';
import { z } from 'zod';
import { CliError } from './cli-error.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { reasonOf } from './workshop.ts';

/** What a record holds: the model that was asked, and the calls. */
const IDENTITY = 'model.json';
const CALLS = 'calls';
/** Longest file that tells the models; a record may come from a stranger. */
const MOST_BYTES = 64 * 1024;

export type RecordedIdentity = z.infer<typeof RecordedIdentity>;
const RecordedIdentity = z.strictObject({
  model: z.string(),
  endpoint: z.string(),
  /** Models of agents that have one of their own. */
  agents: z.record(z.string(), z.string()).default({}),
  /** Most tokens of one reply, where that was set. */
  replyTokens: z.int().exactOptional(),
});

/** Where a record's calls are. */
export function callsOfRecord(folder: string): FilesystemCallStore {
  return FilesystemCallStore.openReader(join(folder, CALLS));
}

/** The models of a record. Throws `CliError` where the folder holds none. */
export async function recordedIdentity(folder: string): Promise<RecordedIdentity> {
  const found = await identityIn(folder).catch((cause: unknown) => {
    throw noRecord(folder, reasonOf(cause), cause);
  });
  if (found === undefined) throw noRecord(folder, `it has no file ${IDENTITY}`);
  if (found === 'foreign') throw noRecord(folder, `its ${IDENTITY} does not tell a model and its endpoint`);
  return found;
}

/**
 * Makes a record before anything is paid for; the result fills it. Throws `CliError` where the folder cannot be
 * written, or holds a `model.json` of something else, which would be lost.
 */
export async function openRecord(folder: string): Promise<(identity: RecordedIdentity, calls: CallStore) => Promise<void>> {
  let record: FilesystemCallStore;
  let found: Awaited<ReturnType<typeof identityIn>>;
  try {
    await mkdir(folder, { recursive: true });
    found = await identityIn(folder);
    if (found !== 'foreign') record = await FilesystemCallStore.open(join(folder, CALLS));
  } catch (cause) {
    throw new CliError('out_not_writable', `the record cannot be written [record=${folder}]: ${reasonOf(cause)}; choose another --record`, { cause });
  }
  if (found === 'foreign')
    throw new CliError('out_not_empty', `the folder holds a ${IDENTITY} that no record has [record=${folder}]; choose another --record`, {
      exitCode: EXIT_CODES.usage.code,
    });
  return async (identity, calls) => {
    for await (const call of calls.each()) await record.put(call);
    await writeFile(join(folder, IDENTITY), canonicalJson(identity), { mode: 0o600 });
  };
}

/** What a folder's file says; `foreign` where it is something else, undefined where there is none. */
async function identityIn(folder: string): Promise<RecordedIdentity | 'foreign' | undefined> {
  const text = await openRegular(join(folder, IDENTITY), MOST_BYTES);
  if (typeof text !== 'object') return text === 'absent' ? undefined : 'foreign';
  try {
    const parsed = RecordedIdentity.safeParse(JSON.parse(await text.readFile('utf8')));
    return parsed.success ? parsed.data : 'foreign';
  } catch (error) {
    if (error instanceof SyntaxError) return 'foreign';
    throw error;
  } finally {
    await text.close();
  }
}

function noRecord(folder: string, reason: string, cause?: unknown): CliError {
  return new CliError('no_record', `this is no record of model calls [replay=${folder}]: ${reason}; name a folder that --record left`, { cause });
}
