import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sweepDrafts } from './sweep-drafts.ts';

/** Names the folders of this process: its number tells whether it lives, the rest tells it from an earlier one of that number. */
const WRITER = `${process.pid}.${randomUUID().slice(0, 8)}`;

/** A private folder that nobody else works in. */
export interface OwnFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Makes a folder below `parent` for the caller alone; what processes that are gone left there is removed, what others work in stays. */
export async function ownFolder(parent: string): Promise<OwnFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweepDrafts(parent, WRITER);
  const path = join(parent, `${WRITER}.${randomUUID().slice(0, 8)}`);
  await mkdir(path, { mode: 0o700 });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
