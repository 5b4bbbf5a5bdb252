import { reopen } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { stateText } from '../state-text.ts';
import type { Surroundings } from '../surroundings.ts';
import { atRest } from './at-rest.ts';

/** Puts a subject of a run that is not at work back to where it stood before it ended by no fault of its own; the next run goes on with it. */
export async function retry(id: string, { out }: { out: string }, around: Surroundings): Promise<number> {
  const done = await atRest('retry', id, out, (store) => reopen(store, id));
  if (done?.outcome === 'refused') throw new CliError('retry_refused', `${id} is not retried: ${done.why}`, { exitCode: EXIT_CODES.usage.code });
  const again = done?.outcome === 'under_way' ? 'is to be tried again already' : 'will be tried again';
  around.stdout(`${id} ${again} (${stateText({ state: done?.state ?? '' })}): mle-smith run --out ${out}\n`);
  return EXIT_CODES.ok.code;
}
