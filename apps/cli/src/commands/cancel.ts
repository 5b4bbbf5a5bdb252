import { EXIT_CODES } from '../exit-codes.ts';
import type { Surroundings } from '../surroundings.ts';
import { atRest } from './at-rest.ts';

/** Marks an unfinished subject of a run that is not at work; the next run ends it. */
export async function cancel(id: string, { out }: { out: string }, around: Surroundings): Promise<number> {
  const marked = await atRest('cancel', id, out, (store) => store.requestCancel(id));
  around.stdout(marked ? `${id} will be cancelled when the run goes on\n` : `${id} is finished already\n`);
  return EXIT_CODES.ok.code;
}
