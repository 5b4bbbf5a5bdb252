import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('leaves no drafts', async () => {
    const store = await FilesystemCallStore.open(root);

    await Promise.all([store.put(recordOf()), store.put(recordOf())]);

    expect(await readdir(join(root, 'drafts'))).toEqual([]);
  });
});
