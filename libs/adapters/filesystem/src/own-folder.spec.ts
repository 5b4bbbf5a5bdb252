import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ownFolder } from './own-folder.ts';

/** Makes a folder of its own with a file in it, says its name, and lives on. */
const OTHER = `
import { writeFileSync } from 'node:fs';
import { ownFolder } from ${JSON.stringify(new URL('./own-folder.ts', import.meta.url).href)};
const { path } = await ownFolder(process.argv[1]);
writeFileSync(path + '/work', 'half done');
process.stdout.write(path);
setInterval(() => undefined, 60_000);
`;

describe('a folder of its own', () => {
  let parent: string;
  beforeEach(async () => {
    parent = join(await mkdtemp(join(tmpdir(), 'own-folder-')), 'sandboxes');
  });
  afterEach(() => rm(join(parent, '..'), { recursive: true }));

  async function other(): Promise<{ child: ChildProcess; path: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', OTHER, parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [path] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, path: path.toString() };
  }

  it('stays while its process lives, and goes at the next start when that was killed', async () => {
    const { child, path } = await other();
    try {
      await (await ownFolder(parent)).remove();
      expect(await readdir(path)).toEqual(['work']);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(await readdir(parent)).toEqual([basename(path)]);

    const mine = await ownFolder(parent);

    expect(await readdir(parent)).toEqual([basename(mine.path)]);
  });

  it('is another one at each call, and what an earlier process of this number left goes', async () => {
    await mkdir(join(parent, `${process.pid}.before.1`), { recursive: true });
    await writeFile(join(parent, 'seccomp.bpf'), 'of an earlier version');

    const [one, two] = [await ownFolder(parent), await ownFolder(parent)];

    expect((await readdir(parent)).sort()).toEqual([basename(one.path), basename(two.path)].sort());
    expect((await stat(one.path)).mode & 0o777).toBe(0o700);
    await one.remove();
    expect(await readdir(parent)).toEqual([basename(two.path)]);
  });
});
