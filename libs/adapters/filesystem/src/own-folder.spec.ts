import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ownFolder } from './own-folder.ts';
import { SILENCE_MS } from './sweep-drafts.ts';
import { PLACE } from './writer.ts';

/** A process with numbers of its own, as one in a container has. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child'];
const HAS_CONTAINERS = spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0;

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

  async function other(under: readonly string[] = []): Promise<{ child: ChildProcess; path: string }> {
    const [program = '', ...args] = [...under, process.execPath];
    const child = spawn(program, [...args, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', OTHER, parent], {
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
    await mkdir(join(parent, `${process.pid}.${PLACE}.before.1`), { recursive: true });

    const [one, two] = [await ownFolder(parent), await ownFolder(parent)];

    expect((await readdir(parent)).sort()).toEqual([basename(one.path), basename(two.path)].sort());
    expect((await stat(one.path)).mode & 0o777).toBe(0o700);
    await one.remove();
    expect(await readdir(parent)).toEqual([basename(two.path)]);
  });

  (HAS_CONTAINERS ? it : it.skip)(
    `stays for processes of other containers while it is touched, and goes when it no longer is${HAS_CONTAINERS ? '' : ': this machine lets nobody have process numbers of his own'}`,
    async () => {
      const [mine, silent] = [await ownFolder(parent), await ownFolder(parent)];
      const long = new Date(Date.now() - SILENCE_MS);
      await utimes(silent.path, long, long);

      const { child, path } = await other(CONTAINER);
      try {
        expect((await readdir(parent)).sort()).toEqual([basename(mine.path), basename(path)].sort());
        await (await ownFolder(parent)).remove();
        expect(await readdir(path)).toEqual(['work']);
      } finally {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await utimes(path, long, long);
      await (await ownFolder(parent)).remove();

      expect(await readdir(parent)).toEqual([basename(mine.path)]);
    },
  );

  it('is touched from time to time', async () => {
    const { path, remove } = await ownFolder(parent, 5);
    const long = new Date(Date.now() - SILENCE_MS);
    await utimes(path, long, long);

    const touched = async (): Promise<boolean> => (await stat(path)).mtimeMs > long.getTime() + 1_000;
    for (let turn = 0; turn < 1_000 && !(await touched()); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(await touched()).toBe(true);
    await remove();
  });
});
