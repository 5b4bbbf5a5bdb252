import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { IngestConfig } from '../config.ts';
import { RefusedError, snapshot } from './snapshot.ts';
import { isRedistributable, readSource } from './source.ts';

const place = mkdtempSync(join(tmpdir(), 'mle-smith-ingest-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
let count = 0;

function folder(files: Readonly<Record<string, string>>): string {
  const path = join(place, String((count += 1)));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  mkdirSync(path, { recursive: true });
  return path;
}

/** A store during whose first read something happens to the folder. */
function disturbed(happening: () => void): InMemoryArtifactStore {
  const artifacts = new InMemoryArtifactStore();
  const putFile = artifacts.putFile.bind(artifacts);
  artifacts.putFile = async (path) => {
    const stored = await putFile(path);
    happening();
    return stored;
  };
  return artifacts;
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof RefusedError ? error.code : String(error)),
  );
const config = IngestConfig.parse({});

describe('the snapshot of a folder', () => {
  it('holds every data file once, whatever the order of the listing', async () => {
    const path = folder({ 'b.csv': 'x\n1\n', 'more/a.csv': 'x\n2\n', '.DS_Store': 'no data' });

    const files = await snapshot(path, new InMemoryArtifactStore(), config);

    expect(files.map((file) => file.path)).toEqual(['b.csv', 'more/a.csv']);
  });

  it('refuses a file that grows or vanishes while it is read', async () => {
    const growing = folder({ 'a.csv': 'x\n1\n' });
    const vanishing = folder({ 'a.csv': 'x\n1\n' });

    expect(
      await codeOf(
        snapshot(
          growing,
          disturbed(() => appendFileSync(join(growing, 'a.csv'), '2\n')),
          config,
        ),
      ),
    ).toBe('changed_while_read');
    expect(
      await codeOf(
        snapshot(
          vanishing,
          disturbed(() => unlinkSync(join(vanishing, 'a.csv'))),
          config,
        ),
      ),
    ).toBe('changed_while_read');
  });

  it('refuses links without following them, also to folders', async () => {
    const file = folder({ 'a.csv': 'x\n1\n' });
    symlinkSync('/etc/hostname', join(file, 'b.csv'));
    const directory = folder({ 'a.csv': 'x\n1\n' });
    symlinkSync('/', join(directory, 'root'));

    expect(await codeOf(snapshot(file, new InMemoryArtifactStore(), config))).toBe('unsafe_file');
    expect(await codeOf(snapshot(directory, new InMemoryArtifactStore(), config))).toBe('unsafe_file');
  });

  it('is bounded in files and bytes', async () => {
    const path = folder({ 'a.csv': 'x'.repeat(100), 'b.csv': 'y' });

    expect(await codeOf(snapshot(path, new InMemoryArtifactStore(), { ...config, maxFiles: 1 }))).toBe('too_large');
    expect(await codeOf(snapshot(path, new InMemoryArtifactStore(), { ...config, maxBytes: 50 }))).toBe('too_large');
  });

  it('says of a path that it is not there, no folder, or empty', async () => {
    const path = folder({ 'a.csv': 'x\n' });

    expect(await codeOf(snapshot(join(path, 'nowhere'), new InMemoryArtifactStore(), config))).toBe('path_missing');
    expect(await codeOf(snapshot(join(path, 'a.csv'), new InMemoryArtifactStore(), config))).toBe('not_a_directory');
    expect(await codeOf(snapshot(folder({}), new InMemoryArtifactStore(), config))).toBe('empty_dataset');
  });
});

describe('what a source says', () => {
  it('is taken from source.json, and from the folder where that cannot be used', async () => {
    expect(await readSource(folder({ 'source.json': '{"id":"pears","title":"Pears","licence":"CC0-1.0"}' }))).toMatchObject({
      id: 'pears',
      licence: 'CC0-1.0',
    });
    expect((await readSource(folder({ 'source.json': '[1, 2' }))).id).toBe(String(count));
    // Whatever it says: a service that reads all of a large one has no room left for others.
    expect((await readSource(folder({ 'source.json': `{"id":"pears"${' '.repeat(1 << 20)}}` }))).id).toBe(String(count));
  });

  it.each([
    ['CC0-1.0', true],
    ['MIT (R package modeldata)', true],
    ['CC-BY-SA-4.0 (as its README states)', true],
    ['GPL-3', true],
    ['unknown in the snapshot (believed CC-BY-4.0 at the UCI repository, not checked)', false],
    ['free for research or academic work', false],
    ['CC-BY-NC-4.0', false],
    ['Redistribution is not permitted; ask data@mit.edu', false],
    ['MIT License (code); data confidential, do not share', false],
    ['CC0-1.0\nNOT really', false],
    ['MIT Lincoln Laboratory', false],
    [undefined, false],
  ])('licence %s allows passing on: %s', (licence, allowed) => {
    expect(isRedistributable(licence)).toBe(allowed);
  });
});
