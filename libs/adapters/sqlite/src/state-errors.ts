/** Another live process holds the run directory. */
export class StateInUseError extends Error {
  readonly code = 'state_in_use';
  constructor(directory: string, pid: string) {
    super(`another mle-smith works on this run directory; wait for it or stop it [directory=${directory}, pid=${pid}]`);
    this.name = new.target.name;
  }
}

/** The state was written by a newer version, whose meaning is not known here. */
export class StateVersionError extends Error {
  readonly code = 'state_version';
  constructor(directory: string, found: number, known: number) {
    super(`the run directory was written by a newer mle-smith; use that version or another directory [directory=${directory}, found=${found}, known=${known}]`);
    this.name = new.target.name;
  }
}

/** A file of the state is no longer what SQLite wrote. */
export class StateDamagedError extends Error {
  readonly code = 'state_damaged';
  constructor(directory: string, cause: unknown) {
    super(
      `the state of the run is damaged (${(cause as Error).message}); packages that stand in tasks/ are whole, for the rest start again with another directory [directory=${directory}]`,
      { cause },
    );
    this.name = new.target.name;
  }
}

/** SQLite's SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = [11, 26];

/** The error itself, or that the state is damaged where SQLite says so. */
export function orDamaged(directory: string, error: unknown): unknown {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && DAMAGED.includes(errcode & 0xff) ? new StateDamagedError(directory, error) : error;
}
