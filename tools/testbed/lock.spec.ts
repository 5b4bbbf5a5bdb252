import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from './lock.ts';

/** The name of an owner that is gone. */
const DEAD = '999999999-0';

describe('a lock', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'mle-smith-lock-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  /** How many were at work at the same time, of five. */
  const mostAtWork = async (folder: string): Promise<number> => {
    let [atWork, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        underLock(folder, async () => {
          most = Math.max(most, (atWork += 1));
          await readdir(place);
          atWork -= 1;
        }),
      ),
    );
    return most;
  };

  it('lets one at a time work, and leaves nothing', async () => {
    expect(await mostAtWork(join(place, 'lock'))).toBe(1);
    expect(await readdir(place)).toEqual([]);
  });

  it('lets one at a time work also where all of them find that its owner is dead', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = join(place, `lock-${round}`);
      await mkdir(folder);
      await writeFile(join(folder, DEAD), '');

      expect([round, await mostAtWork(folder)]).toEqual([round, 1]);
    }
    expect(await readdir(place)).toEqual([]);
  });

  it.each(['killed before it said who it is', 'killed while it worked'])('is taken over from one that was %s', async (when) => {
    const folder = join(place, 'lock');
    await mkdir(folder);
    if (when === 'killed while it worked') await writeFile(join(folder, DEAD), '');

    expect(await underLock(folder, async () => 'done')).toBe('done');
  });
});
