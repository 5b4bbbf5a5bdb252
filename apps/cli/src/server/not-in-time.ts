import { isTerminal, stageOf } from '@mle-smith/task';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';

/** What each subject that has not ended waits for, in words; `states` holds the last that was heard of each. Empty where nothing waits. */
export function waitingFor(states: ReadonlyMap<string, string>): string {
  return [...states]
    .filter(([, state]) => !isTerminal(state))
    .map(([id, state]) => `${id} waits for ${stageOf(state) ?? state}`)
    .join(', ');
}

/** A run at a server that had to end within a time and did not: tells the stage that each subject waits for. `states` holds the last that was heard of each, `last` what went wrong last. */
export function notInTime(server: string, seconds: number, states: ReadonlyMap<string, string>, last?: unknown): CliError {
  const waiting = waitingFor(states);
  const trouble = last instanceof CliError ? `; ${last.message}` : '';
  const said = waiting !== '' ? `${waiting}; see whether that station runs, and its log` : 'no dataset was taken in';
  return new CliError('not_in_time', `not all has ended within ${seconds} s: ${said}${trouble} [server=${server}]; the server goes on with it`, {
    exitCode: EXIT_CODES.failed.code,
  });
}
