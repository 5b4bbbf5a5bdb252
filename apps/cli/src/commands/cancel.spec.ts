import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { newSubject } from '@mle-smith/stage-runtime';
import type { Surroundings } from '../surroundings.ts';
import { runFolders } from '../workshop.ts';
import { cancel } from './cancel.ts';

describe('cancel', () => {
  let out: string;
  beforeEach(() => void (out = mkdtempSync(join(tmpdir(), 'mle-smith-cancel-'))));
  afterEach(() => rmSync(out, { recursive: true }));

  it('says how to cancel in a run that is at work', async () => {
    const run = SqliteTaskStore.open(runFolders(out).state);
    try {
      await expect(cancel('cars', { out }, {} as Surroundings)).rejects.toMatchObject({
        code: 'state_in_use',
        message: expect.stringContaining('end the run with Ctrl-C, cancel, and go on with `mle-smith run --out') as string,
      });
    } finally {
      run.close();
    }
  });

  it('says of a subject that cannot be read what is wrong with it, and not that there is none', async () => {
    const store = SqliteTaskStore.open(runFolders(out).state);
    await store.insert(newSubject({ id: 'cars', kind: 'dataset', datasetId: 'cars', state: 'dataset.registered' }, Date.now()));
    store.close();
    const db = new DatabaseSync(join(runFolders(out).state, 'state.sqlite'));
    db.exec('UPDATE subjects SET doc = substr(doc, 1, 40)');
    db.close();

    await expect(cancel('cars', { out }, {} as Surroundings)).rejects.toMatchObject({
      code: 'state_damaged',
      exitCode: 1,
      message: expect.stringMatching(/^cars is set aside: its record cannot be read/) as string,
    });
  });
});
