import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { privateFolders } from './private-folders.ts';

describe('the folders of a process', () => {
  it('are its own, are gone when it ends, and with them what killed processes left', async () => {
    const work = mkdtempSync(join(tmpdir(), 'mle-smith-folders-'));
    const left = join(work, 'ingest', 'datasets', 'dataset-Xy12ab');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'half.csv'), 'x\n');
    utimesSync(left, 1, 1);
    const ends: (() => Promise<unknown>)[] = [];
    const folder = privateFolders('ingest', work, (_name, step) => void ends.push(step));

    const [one, other] = [await folder('datasets'), await folder('datasets')];

    expect([existsSync(left), dirname(one), one === other]).toEqual([false, join(work, 'ingest', 'datasets'), false]);
    for (const end of ends) await end();
    expect([existsSync(one), existsSync(other)]).toEqual([false, false]);
    rmSync(work, { recursive: true });
  });
});
