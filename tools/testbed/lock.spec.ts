import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from './lock.ts';

describe('a lock', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'mle-smith-lock-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('lets one at a time work, and leaves nothing', async () => {
    const folder = join(place, 'lock');
    let [atWork, most] = [0, 0];

    await Promise.all(
      Array.from({ length: 5 }, () =>
        underLock(folder, async () => {
          most = Math.max(most, (atWork += 1));
          await new Promise(setImmediate);
          atWork -= 1;
        }),
      ),
    );

    expect(most).toBe(1);
    expect(await readdir(place)).toEqual([]);
  });

  it.each(['killed before it said who it is', 'killed while it worked'])('is taken over from one that was %s', async (when) => {
    const folder = join(place, 'lock');
    await mkdir(folder);
    if (when === 'killed while it worked') await writeFile(join(folder, 'owner'), '999999999 0');

    expect(await underLock(folder, async () => 'done')).toBe('done');
  });
});
