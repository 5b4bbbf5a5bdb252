import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DatasetLocation, SourceNotice } from '@mle-smith/contracts';
import { putFiles, putJson, type DatasetSource } from '@mle-smith/package';
import { InMemoryArtifactStore, InMemoryDatasetSource } from '@mle-smith/package/testing';
import type { WorkItem } from '@mle-smith/stage-runtime';
import { locatedFolders } from './located-folder.ts';

const place = mkdtempSync(join(tmpdir(), 'mle-smith-located-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const artifacts = new InMemoryArtifactStore();
const context = { artifacts, signal: new AbortController().signal };
const asked: string[] = [];
const fruit = new InMemoryDatasetSource();
beforeAll(() => fruit.write('pears/a.csv', 'x\n1\n'));
/** A lake whose bucket `lake` holds one dataset, `fruit/pears`. */
const sourceAt = (bucket: string, prefix: string): DatasetSource | undefined => {
  asked.push(prefix);
  if (bucket !== 'lake') return undefined;
  return prefix === 'fruit/' ? fruit : new InMemoryDatasetSource();
};

async function open(location: DatasetLocation, onNotice: (notice: SourceNotice) => void = () => undefined) {
  const item: WorkItem = {
    stage: 'ingest',
    kind: 'dataset',
    id: 'pears',
    datasetId: 'pears',
    generation: 1,
    attempt: 1,
    documents: { location: await putJson(artifacts, location) },
    findings: [],
  };
  return locatedFolders({ directory: place, sourceAt, onNotice })(item, context);
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'opened',
    (error: { code?: unknown }) => error.code,
  );

describe('the folder of a dataset that lies elsewhere', () => {
  it('is brought from a prefix of an allowed bucket under the name that it has there, and removed when it was read', async () => {
    const folder = await open({ kind: 's3', uri: 's3://lake/fruit/pears/' });

    expect([basename(folder.path), readFileSync(join(folder.path, 'a.csv'), 'utf8')]).toEqual(['pears', 'x\n1\n']);
    expect(asked).toContain('fruit/');
    await folder.close();
    expect(readdirSync(place)).toEqual([]);
  });

  it('is laid out from files that were uploaded, under the name of their folder', async () => {
    const bundle = await artifacts.putBundle(await putFiles(artifacts, { 'more/b.csv': 'y\n2\n' }));

    const folder = await open({ kind: 'bundle', bundle, name: 'My pears' });

    expect([basename(folder.path), readFileSync(join(folder.path, 'more/b.csv'), 'utf8')]).toEqual(['My pears', 'y\n2\n']);
    await folder.close();
  });

  it.each(['漢'.repeat(100), 'ü'.repeat(255), `a${'🍐'.repeat(127)}`, '\ud800', '..', '/'])('may have come from a folder of any name: %j', async (name) => {
    const bundle = await artifacts.putBundle(await putFiles(artifacts, { 'a.csv': 'x\n1\n' }));

    const folder = await open({ kind: 'bundle', bundle, name });

    expect(readdirSync(folder.path)).toEqual(['a.csv']);
    expect(readdirSync(join(folder.path, '..'))).toEqual([basename(folder.path)]);
    await folder.close();
  });

  it('is brought only in the state that it was found in, and what was brought is told', async () => {
    const told: unknown[] = [];
    const { fingerprint } = (await fruit.find('pears'))!;
    const found = await open({ kind: 's3', uri: 's3://lake/fruit/pears/', fingerprint }, (notice) => told.push(notice));
    await found.close();

    expect(told).toEqual([{ kind: 'fetched', source: 'lake', bytes: 4 }]);
    expect(await codeOf(open({ kind: 's3', uri: 's3://lake/fruit/pears/', fingerprint: `${fingerprint}!` }))).toBe('changed_while_read');
    expect(readdirSync(place)).toEqual([]);
  });

  it.each(['..', '../../etc', 'a/b', '.'])('never leaves its room, whatever its name is: %j', async (name) => {
    const bundle = await artifacts.putBundle(await putFiles(artifacts, { 'b.csv': 'y\n2\n' }));

    const folder = await open({ kind: 'bundle', bundle, name });

    expect(folder.path.startsWith(join(place, 'dataset-'))).toBe(true);
    expect(basename(folder.path)).not.toMatch(/^\.*$/);
    await folder.close();
  });

  it.each([
    ['s3://other/fruit/pears/', 'not_readable'],
    ['s3://lake/fruit/plums/', 'path_missing'],
    ['s3://lake/', 'path_missing'],
    ['https://lake/fruit/pears/', 'path_missing'],
  ])('is refused with a reason, and leaves nothing: %s', async (uri, code) => {
    expect(await codeOf(open({ kind: 's3', uri }))).toBe(code);
    expect(readdirSync(place)).toEqual([]);
  });
});
