import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetSource, FoundDataset } from '../dataset-source.ts';

/** What a source may bring at most. */
export interface SourceLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** A source, and the hand of a stranger who writes to its place. Paths begin with the name of a dataset. */
export interface WrittenSource {
  readonly source: DatasetSource;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Names that have to arrive as they are. */
const NAMES = ['with space', '100%', 'plus+plus', '%2F.csv', 'ü', 'u\u0308', '日本語', '.hidden', '-rf', 'a,b;c=d&e'];

/** What every DatasetSource must do. `open` gives an empty place of which `fetch` takes no more than the limits. */
export function datasetSourceContract(open: (limits: SourceLimits) => Promise<WrittenSource>): void {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dataset-source-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const holding = async (files: Readonly<Record<string, string>>, limits: Partial<SourceLimits> = {}): Promise<WrittenSource> => {
    const place = await open({ maxFiles: 100, maxBytes: 1_000_000, ...limits });
    for (const [path, content] of Object.entries(files)) await place.write(path, content);
    return place;
  };
  const theOnly = async ({ source }: WrittenSource): Promise<FoundDataset> => {
    const [found, ...more] = await source.scan();
    if (found === undefined || more.length > 0) throw new Error('there should be one dataset');
    return found;
  };
  const told = ({ name, bytes, objects }: FoundDataset) => ({ name, bytes, files: objects.map(({ path, bytes: size }) => [path, size]).sort() });

  it('lists nothing where nothing is', async () => {
    const { source } = await holding({});

    expect([await source.scan(), await source.find('pears')]).toEqual([[], undefined]);
  });

  it('lists each folder as a dataset, with every file below it, and no file that lies beside them', async () => {
    const { source } = await holding({ 'pears/a.csv': 'x', 'pears/deep/er/b.csv': 'yy', 'apples/a.csv': '', 'loose.csv': 'nobody’s' });

    const found = await source.scan();

    expect(found.map(told).sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { name: 'apples', bytes: 0, files: [['a.csv', 0]] },
      {
        name: 'pears',
        bytes: 3,
        files: [
          ['a.csv', 1],
          ['deep/er/b.csv', 2],
        ],
      },
    ]);
  });

  it('finds by its whole name what it lists', async () => {
    const { source } = await holding({ 'pear/a.csv': 'x', 'pears/a.csv': 'y' });

    const listed = await source.scan();

    for (const name of ['pear', 'pears']) expect(await source.find(name)).toEqual(listed.find((dataset) => dataset.name === name));
    expect(await source.find('pea')).toBeUndefined();
  });

  it('gives equal fingerprints while nobody writes, and another when a file is written, added or removed', async () => {
    const place = await holding({ 'pears/a.csv': 'x', 'apples/a.csv': 'x' });
    const fingerprints: (string | undefined)[] = [];
    const look = async (): Promise<void> => void fingerprints.push((await place.source.find('pears'))?.fingerprint);
    const apples = await place.source.find('apples');
    await look();
    await look();
    expect(fingerprints[1]).toBe(fingerprints[0]);

    await place.write('pears/a.csv', 'y');
    await look();
    await place.write('pears/b.csv', 'z');
    await look();
    await place.remove('pears/a.csv');
    await look();

    expect(new Set(fingerprints).size).toBe(4);
    expect(await place.source.find('apples')).toEqual(apples);
  });

  it('brings every file as it is, whatever its name, into a folder of the caller’s choice', async () => {
    const files = Object.fromEntries(NAMES.map((name) => [`${name}/f-${name}`, name]));
    const place = await holding({ ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`set/${path}`, text])), 'set/empty': '' });

    await place.source.fetch(await theOnly(place), join(folder, 'here'));

    const brought = (await readdir(join(folder, 'here'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(brought).toHaveLength(NAMES.length + 1);
    for (const [path, text] of Object.entries({ ...files, empty: '' })) expect(await readFile(join(folder, 'here', path), 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['here']);
  });

  it.each<[string, (place: WrittenSource) => Promise<void>]>([
    ['written', (place) => place.write('set/b.csv', 'z')],
    ['removed', (place) => place.remove('set/b.csv')],
  ])('brings nothing where a file was %s since it was listed', async (_, change) => {
    const place = await holding({ 'set/a.csv': 'x', 'set/b.csv': 'y' });
    const found = await theOnly(place);
    await change(place);

    await expect(place.source.fetch(found, join(folder, 'here'))).rejects.toMatchObject({ code: 'changed_while_read' });

    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['../up', 'a/../../b', '/etc/passwd', 'a//b', 'tab\there', 'back\\slash', 'k'.repeat(256)])(
    'brings nothing where a file is called %j',
    async (path) => {
      const place = await holding({ 'set/a.csv': 'x' });
      const found = await theOnly(place);
      const objects = found.objects.map((object) => ({ ...object, path }));

      await expect(place.source.fetch({ ...found, objects }, join(folder, 'here'))).rejects.toMatchObject({ code: 'unsafe_path' });

      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each<[string, Partial<SourceLimits>]>([
    ['more files', { maxFiles: 1 }],
    ['more bytes', { maxBytes: 3 }],
  ])('brings nothing of a dataset with %s than it may have, and one that just fits', async (_, limits) => {
    const files = { 'set/a.csv': 'xx', 'set/b.csv': 'yy' };
    const small = await holding(files, limits);
    const just = await holding(files, { maxFiles: 2, maxBytes: 4 });

    await expect(small.source.fetch(await theOnly(small), join(folder, 'here'))).rejects.toMatchObject({ code: 'too_large' });
    expect(await readdir(folder)).toEqual([]);
    await just.source.fetch(await theOnly(just), join(folder, 'here'));
    expect(await readdir(join(folder, 'here'))).toHaveLength(2);
  });

  it('writes over nothing that is in the folder already', async () => {
    const place = await holding({ 'set/a.csv': 'x' });
    await mkdir(join(folder, 'here'));
    await writeFile(join(folder, 'here', 'a.csv'), 'mine');

    await expect(place.source.fetch(await theOnly(place), join(folder, 'here'))).rejects.toThrow();

    expect([await readdir(folder), await readFile(join(folder, 'here', 'a.csv'), 'utf8')]).toEqual([['here'], 'mine']);
  });
}
