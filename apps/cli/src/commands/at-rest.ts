import { SqliteTaskStore, StateInUseError } from '@mle-smith/adapter-sqlite';
import { allSubjects } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { damagedIn, setAsideText } from '../set-aside.ts';
import { openArchive, runFolders } from '../workshop.ts';
import { unknownSubject } from './archive.ts';

/** Changes one subject of a run that is not at work. `what` is the command's name. Throws `CliError` where the run is at work, or has no such subject that can be read. */
export async function atRest<T>(what: string, id: string, out: string, work: (store: SqliteTaskStore) => Promise<T>): Promise<T> {
  (await openArchive(out)).close();
  let store: SqliteTaskStore;
  try {
    store = SqliteTaskStore.open(runFolders(out).state);
  } catch (error) {
    if (error instanceof StateInUseError) {
      const how = `end the run with Ctrl-C, ${what}, and go on with \`mle-smith run --out ${out}\``;
      throw new CliError(error.code, `${error.message}; ${how}`, { cause: error });
    }
    throw error;
  }
  try {
    const aside = damagedIn(store, runFolders(out).state).find((one) => one.id === id);
    if (aside !== undefined) throw new CliError('state_damaged', setAsideText(aside), { exitCode: EXIT_CODES.failed.code });
    if ((await store.get(id)) === undefined) throw unknownSubject(id, await allSubjects(store));
    return await work(store);
  } finally {
    store.close();
  }
}
