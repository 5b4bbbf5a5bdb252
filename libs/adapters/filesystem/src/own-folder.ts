import { randomUUID } from 'node:crypto';
import { mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { SILENCE_MS, sweepDrafts } from './sweep-drafts.ts';
import { newWriter } from './writer.ts';

const WRITER = newWriter();
const TOUCHED_EVERY_MS = SILENCE_MS / 15;

/** A private folder that nobody else works in. */
export interface OwnFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * Makes a folder below `parent` for the caller alone; what writers that are gone left there is removed, what others work
 * in stays, also where several containers share `parent`. It is touched every minute, so that they can tell.
 */
export async function ownFolder(parent: string, touchedEveryMs: number = TOUCHED_EVERY_MS): Promise<OwnFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweepDrafts(parent, WRITER);
  const path = join(parent, `${WRITER}.${randomUUID().slice(0, 8)}`);
  await mkdir(path, { mode: 0o700 });
  const alive = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), touchedEveryMs).unref();
  return {
    path,
    remove: async () => {
      clearInterval(alive);
      await rm(path, { recursive: true, force: true });
    },
  };
}
