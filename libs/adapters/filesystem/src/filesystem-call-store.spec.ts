import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { callStoreContract, recordOf } from '@mle-smith/agent/testing';
import { FilesystemCallStore } from './filesystem-call-store.ts';

callStoreContract('FilesystemCallStore', async () => {
  const root = await mkdtemp(join(tmpdir(), 'calls-'));
  return { open: () => FilesystemCallStore.open(root), tearDown: () => rm(root, { recursive: true }) };
});

describe('the filesystem call store', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'calls-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('names the file of a call that cannot be read, and what to do', async () => {
    const store = await FilesystemCallStore.open(root);
    await store.put(recordOf());
    await writeFile(join(root, 'other.json'), '{"key": "other"');

    await expect(store.list()).rejects.toMatchObject({ code: 'call_damaged', message: expect.stringContaining('other.json]; remove the file') as unknown });
    await expect(store.get('key')).resolves.toBeDefined();
  });

  it('reads the calls of one subject alone, also of a store that has no index yet', async () => {
    const place = recordOf().place;
    const store = await FilesystemCallStore.open(root);
    for (let task = 0; task < 20; task += 1) await store.put(recordOf({ key: `call-${task}`, place: { ...place, subject: `task-${task}` } }));
    // Whoever reads the others stumbles.
    for (let task = 1; task < 20; task += 1) await writeFile(join(root, `call-${task}.json`), 'no call');

    expect((await store.list('task-0')).map(({ key }) => key)).toEqual(['call-0']);
    expect((await FilesystemCallStore.openReader(root).list('task-0')).map(({ key }) => key)).toEqual(['call-0']);
    expect(await store.list('task-99')).toEqual([]);
    await rm(join(root, 'subjects'), { recursive: true });
    await expect(FilesystemCallStore.openReader(root).list('task-0')).rejects.toMatchObject({ code: 'call_damaged' });
    for (let task = 1; task < 20; task += 1) await rm(join(root, `call-${task}.json`));
    expect((await (await FilesystemCallStore.open(root)).list('task-0')).map(({ key }) => key)).toEqual(['call-0']);
  });

  it('is opened by many at once, and no call is missing in its index', async () => {
    const first = await FilesystemCallStore.open(root);
    await first.put(recordOf({ key: 'old' }));
    await rm(join(root, 'subjects'), { recursive: true });

    const stores = await Promise.all(Array.from({ length: 8 }, () => FilesystemCallStore.open(root)));
    await Promise.all(stores.map((store, place) => store.put(recordOf({ key: `new-${place}` }))));

    expect(await first.list(recordOf().place.subject)).toHaveLength(9);
    expect(await readdir(join(root, 'drafts'))).toEqual([]);
  });

  it.each<[string, (path: string) => unknown]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdir(path)],
    ['a link', (path) => symlink('/etc/passwd', path)],
    ['something else', (path) => writeFile(path, 'root:x:0:0')],
  ])('is told by its name, and by nothing that it holds, where %s lies in place of a call', async (_, make) => {
    const store = await FilesystemCallStore.open(root);
    await make(join(root, 'other.json'));

    const fault: unknown = await store.list().catch((error: unknown) => error);

    expect(fault).toMatchObject({ code: 'call_damaged', message: expect.stringContaining('other.json]; remove the file') as unknown });
    expect(inspect(fault)).not.toContain('root:');
  });

  it('keeps calls for their owner alone', async () => {
    await (await FilesystemCallStore.open(root)).put(recordOf());

    expect((await stat(join(root, 'key.json'))).mode & 0o077).toBe(0);
  });

  it('leaves no drafts', async () => {
    const store = await FilesystemCallStore.open(root);

    await Promise.all([store.put(recordOf()), store.put(recordOf())]);

    expect(await readdir(join(root, 'drafts'))).toEqual([]);
  });
});
