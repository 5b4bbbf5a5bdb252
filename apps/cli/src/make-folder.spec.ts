import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { temporaryFolder } from './testing/run-cli.ts';

const place = temporaryFolder();

describe('making a folder', () => {
  it('makes those above it too, and is content with one that is there', async () => {
    mkdirSync(join(place, 'a'));

    await makeFolder(join(place, 'a', 'b', 'c'));
    await makeFolder(join(place, 'a', 'b', 'c'));

    expect(statSync(join(place, 'a', 'b', 'c')).isDirectory()).toBe(true);
  });

  it('fails where a file is in the way', async () => {
    writeFileSync(join(place, 'file'), '');

    await expect(makeFolder(join(place, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(place, 'file', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  (existsSync('/proc/self') ? it : it.skip)('fails, and ends, where no folder can be made', async () => {
    await expect(makeFolder('/proc/nowhere/x')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
