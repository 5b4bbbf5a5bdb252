import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DatasetLocation } from '@mle-smith/contracts';
import { putFiles, putJson } from '@mle-smith/package';
import { InMemoryArtifactStore, InMemoryDatasetSource } from '@mle-smith/package/testing';
import type { WorkItem } from '@mle-smith/stage-runtime';
import { locatedFolders } from './located-folder.ts';
import { foldersAt, type OpenFolder } from './open-folder.ts';

const FILES = { 'a.csv': 'x\n1\n', 'more/ü b.csv': 'y\n2\n', 'more/empty': '' };
const artifacts = new InMemoryArtifactStore();
let place: string;
beforeAll(async () => void (place = await mkdtemp(join(tmpdir(), 'open-folder-'))));
afterAll(() => rm(place, { recursive: true }));

interface Way {
  readonly open: OpenFolder;
  readonly location?: DatasetLocation;
}

/** The same dataset as each of the ways finds it that a dataset may come. */
const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
  'in a folder of this machine': async () => {
    const folder = join(place, 'pears');
    await layOut(folder);
    return { open: foldersAt(() => folder) };
  },
  'as files that were uploaded': async () => ({
    open: locatedFolders({ directory: place, sourceAt: () => undefined }),
    location: { kind: 'bundle', bundle: await artifacts.putBundle(await putFiles(artifacts, FILES)), name: 'pears' },
  }),
  'below a prefix of a bucket': async () => {
    const source = new InMemoryDatasetSource();
    for (const [path, content] of Object.entries(FILES)) await source.write(`pears/${path}`, content);
    return { open: locatedFolders({ directory: place, sourceAt: () => source }), location: { kind: 's3', uri: 's3://lake/pears/' } };
  },
};

describe.each(Object.entries(WAYS))('a dataset that lies %s', (_, way) => {
  it('is opened as the same files below a folder of its name, and closing leaves the machine as it was', async () => {
    const { open, location } = await way();
    const before = await filesBelow(place);

    const folder = await open(await itemAt(location), { artifacts, signal: new AbortController().signal });

    expect(folder.path.endsWith('/pears')).toBe(true);
    expect(await filesBelow(folder.path)).toEqual(FILES);
    await folder.close();
    expect(await filesBelow(place)).toEqual(before);
  });
});

async function itemAt(location: DatasetLocation | undefined): Promise<WorkItem> {
  const documents: Record<string, string> = location === undefined ? {} : { location: await putJson(artifacts, location) };
  return { stage: 'ingest', kind: 'dataset', id: 'pears', datasetId: 'pears', generation: 1, attempt: 1, documents, findings: [] };
}

async function layOut(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Object.fromEntries(
    await Promise.all(
      entries.map(async (entry): Promise<[string, string]> => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length + 1), await readFile(path, 'utf8')];
      }),
    ),
  );
}
