import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StateInUseError, orDamaged } from './state-errors.ts';

const SQLITE_BUSY = 5;
/** Longer than a look at a lock takes, which keeps it for that long. */
const PROBE_MS = 200;

/**
 * Locks a run directory for this process until the result is closed; throws `StateInUseError` where another has it.
 * The lock is SQLite's own on a second file, so it goes with its process however that ends.
 */
export function takeLock(directory: string): DatabaseSync {
  const pidFile = join(directory, 'pid');
  const lock = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    lock.exec(`PRAGMA busy_timeout=${PROBE_MS}; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;`);
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw orDamaged(directory, error);
    throw new StateInUseError(directory, readPid(pidFile));
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return lock;
}

/** Whether a process that lives has a run directory for itself. */
export function isLocked(directory: string): boolean {
  const path = join(directory, 'lock.sqlite');
  if (!existsSync(path)) return false;
  const lock = new DatabaseSync(path, { readOnly: true });
  try {
    lock.exec('PRAGMA busy_timeout=0; SELECT count(*) FROM sqlite_schema;');
    return false;
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw orDamaged(directory, error);
    return true;
  } finally {
    lock.close();
  }
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
