import { access, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeBenchFolder } from './bench-folder.ts';

describe('the folder of a command', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'benches-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('is its own, and what a killed command left is removed by the next', async () => {
    const left = join(parent, 'mle-smith-bench-killed');
    await mkdir(join(left, 'artifacts'), { recursive: true });
    await writeFile(join(left, 'artifacts', 'answers'), '1');
    await mkdir(join(parent, 'others'));
    await symlink(join(parent, 'others'), join(parent, 'mle-smith-bench-link'));

    const first = await makeBenchFolder(parent, 0);
    const second = await makeBenchFolder(parent, 0);

    expect((await readdir(parent)).sort()).toEqual([basename(first.folder), basename(second.folder), 'mle-smith-bench-link', 'others'].sort());
    await first.remove();
    await expect(access(first.folder)).rejects.toThrow('ENOENT');
    await second.remove();
  });

  it('is left alone while it is young: it may not be locked yet', async () => {
    await mkdir(join(parent, 'mle-smith-bench-young'));

    await (await makeBenchFolder(parent)).remove();

    expect(await readdir(parent)).toEqual(['mle-smith-bench-young']);
  });
});
