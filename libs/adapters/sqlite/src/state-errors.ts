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
