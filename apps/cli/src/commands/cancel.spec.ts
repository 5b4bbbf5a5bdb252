import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import type { Surroundings } from '../surroundings.ts';
import { runFolders } from '../workshop.ts';
import { cancel } from './cancel.ts';

describe('cancel', () => {
  it('says how to cancel in a run that is at work', async () => {
    const out = mkdtempSync(join(tmpdir(), 'mle-smith-cancel-'));
    const run = SqliteTaskStore.open(runFolders(out).state);
    try {
      await expect(cancel('cars', { out }, {} as Surroundings)).rejects.toMatchObject({
        code: 'state_in_use',
        message: expect.stringContaining('end the run with Ctrl-C, cancel, and go on with `mle-smith run --out') as string,
      });
    } finally {
      run.close();
      rmSync(out, { recursive: true });
    }
  });
});
