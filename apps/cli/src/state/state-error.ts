import { CliError } from '../cli-error.ts';

/** A folder that is no whole state of ours. */
export function invalidState(folder: string, what: string, cause?: unknown): CliError {
  return new CliError('state_invalid', `this is no state that can be taken [path=${folder}]: ${what}; nothing was changed, export it again`, { cause });
}
