import { CliError } from './cli-error.ts';

/** What the system says, and our own code for it. */
const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'no_space'];
/** SQLite's numbers: SQLITE_FULL and SQLITE_IOERR_SHMSIZE. */
const SQLITE_CODES: readonly unknown[] = [13, 4874];

interface Fault {
  readonly code?: unknown;
  readonly errcode?: unknown;
  readonly path?: unknown;
  readonly message?: unknown;
}

/** Whether an error, or what is told of one, comes of a file system without room. */
export function isDiskFull(fault: unknown): boolean {
  const { code, errcode, message } = (fault ?? {}) as Fault;
  return CODES.includes(code) || SQLITE_CODES.includes(errcode) || /ENOSPC|disk is full/.test(String(message));
}

/** Writes a file, or below a folder. The system does not name what was open when the disk became full: the error does so then. */
export async function writing<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (isDiskFull(error) && (error as Fault).path === undefined) Object.assign(error as object, { path });
    throw error;
  }
}

/** The sentence about a full disk: what could not be written, as far as it is known, and what to do. */
export function diskFull(root: string, fault: unknown): CliError {
  const { path, message } = (fault ?? {}) as Fault;
  return new CliError(
    'disk_full',
    `the disk is full [file=${typeof path === 'string' ? path : `below ${root}`}, reason=${String(message)}]; make room there, and the same command goes on`,
    { cause: fault },
  );
}
