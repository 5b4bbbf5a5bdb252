import { SqliteTaskStore, StateInUseError } from '@mle-smith/adapter-sqlite';
import { allSubjects } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { damagedIn, setAsideText } from '../set-aside.ts';
import type { Surroundings } from '../surroundings.ts';
import { openArchive, runFolders } from '../workshop.ts';
import { unknownSubject } from './archive.ts';

/** Marks an unfinished subject of a run that is not at work; the next run ends it. */
export async function cancel(id: string, { out }: { out: string }, around: Surroundings): Promise<number> {
  (await openArchive(out)).close();
  let store: SqliteTaskStore;
  try {
    store = SqliteTaskStore.open(runFolders(out).state);
  } catch (error) {
    if (error instanceof StateInUseError) {
      const how = `end the run with Ctrl-C, cancel, and go on with \`mle-smith run --out ${out}\``;
      throw new CliError(error.code, `${error.message}; ${how}`, { cause: error });
    }
    throw error;
  }
  try {
    const aside = damagedIn(store, runFolders(out).state).find((one) => one.id === id);
    if (aside !== undefined) throw new CliError('state_damaged', setAsideText(aside), { exitCode: EXIT_CODES.failed.code });
    if ((await store.get(id)) === undefined) throw unknownSubject(id, await allSubjects(store));
    const marked = await store.requestCancel(id);
    around.stdout(marked ? `${id} will be cancelled when the run goes on\n` : `${id} is finished already\n`);
    return EXIT_CODES.ok.code;
  } finally {
    store.close();
  }
}
