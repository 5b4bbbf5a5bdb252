import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameDatasets } from './datasets.ts';

const place = mkdtempSync(join(tmpdir(), 'datasets-'));

afterAll(() => rmSync(place, { recursive: true }));

describe('the datasets of a command line', () => {
  it('are all there: one path that is not is a usage error that names it', async () => {
    await expect(nameDatasets([place, join(place, 'nowhere')])).rejects.toMatchObject({
      code: 'path_missing',
      exitCode: 2,
      message: expect.stringContaining(join(place, 'nowhere')) as string,
    });
  });

  it('are folders: a file is a usage error that says to name its folder', async () => {
    const file = join(place, 'a.csv');
    writeFileSync(file, 'a,b\n1,2\n');

    await expect(nameDatasets([file])).rejects.toMatchObject({
      code: 'not_a_directory',
      exitCode: 2,
      message: expect.stringMatching(/a\.csv.*folder/) as string,
    });
  });
});
