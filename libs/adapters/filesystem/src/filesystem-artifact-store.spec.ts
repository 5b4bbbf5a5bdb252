import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '@mle-smith/package';
import { artifactStoreContract } from '@mle-smith/package/testing';
import { FilesystemArtifactStore } from './filesystem-artifact-store.ts';
import { PLACE } from './writer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the filesystem artifact store', () => {
  const folders: string[] = [];
  const folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'store-'));
    folders.push(path);
    return path;
  };
  const pathOf = (root: string, digest: string): string => join(root, digest.slice(7, 9), digest.slice(7));
  const spoil = async (root: string, digest: string, content: string): Promise<void> => {
    await chmod(pathOf(root, digest), 0o644);
    await writeFile(pathOf(root, digest), content);
  };
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

  artifactStoreContract(async () => FilesystemArtifactStore.open(await folder()));

  it('notices content that was changed on disk', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);
    const digest = await store.put(bytes('truth'));
    await spoil(root, digest, 'lies!');

    await expect(store.get(digest)).rejects.toMatchObject({ code: 'artifact_corrupt' });
  });

  it.each([
    ['changed', 'artifact_corrupt'],
    ['removed', 'artifact_missing'],
  ])('lays out no bundle one of whose files was %s', async (what, code) => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);
    const digest = await store.put(bytes('truth'));
    const bundle = await store.putBundle([{ path: 'a', digest, bytes: 5 }]);
    if (what === 'removed') await rm(pathOf(root, digest));
    else await spoil(root, digest, 'lies!');

    const later = await FilesystemArtifactStore.open(root);

    await expect(later.materialize(bundle, join(root, 'out'))).rejects.toMatchObject({ code });
    expect(await readdir(join(root, 'out'))).toEqual([]);
  });

  it('writes content again that the disk cut short', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);
    const digest = await store.put(bytes('truth'));
    await truncate(pathOf(root, digest), 2);

    await store.put(bytes('truth'));

    expect(Buffer.from(await store.get(digest)).toString()).toBe('truth');
  });

  it('keeps the fault of the disk apart from content that is not there', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);
    await mkdir(pathOf(root, digestOf('a folder')), { recursive: true });

    await expect(store.get(digestOf('a folder'))).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('gives files that anybody may read and nobody may write, whatever the umask', async () => {
    const root = await folder();
    const before = process.umask(0o077);
    try {
      const store = await FilesystemArtifactStore.open(root);
      const bundle = await store.putBundle([{ path: 'a/b', digest: await store.put(bytes('x')), bytes: 1 }]);

      await store.materialize(bundle, join(root, 'out'));

      expect((await stat(join(root, 'out/a/b'))).mode & 0o777).toBe(0o444);
    } finally {
      process.umask(before);
    }
  });

  it('replaces what lies in the way of a bundle', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);
    const bundle = await store.putBundle([{ path: 'a', digest: await store.put(bytes('new')), bytes: 3 }]);
    await mkdir(join(root, 'out'));
    await writeFile(join(root, 'out/a'), 'old');

    for (const _ of [1, 2]) await store.materialize(bundle, join(root, 'out'));

    expect(await readFile(join(root, 'out/a'), 'utf8')).toBe('new');
  });

  it('sweeps the drafts of processes that are gone, one with its own number too, and no others', async () => {
    const root = await folder();
    await FilesystemArtifactStore.open(root);
    const dead = spawnSync('true').pid;
    for (const [pid, draft] of [
      [dead, 'half'],
      [process.pid, 'half'],
      [process.ppid, 'at-work'],
    ] as const)
      await writeFile(join(root, 'drafts', `${pid}.${PLACE}.x.${draft}`), 'ha');

    const store = await FilesystemArtifactStore.open(root);

    expect(await readdir(join(root, 'drafts'))).toEqual([`${process.ppid}.${PLACE}.x.at-work`]);
    expect(await store.digests()).toEqual([]);
    await expect(store.get(digestOf('ha'))).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('lets others open it while it writes', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);

    const stored = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await FilesystemArtifactStore.open(root);
        return store.put(bytes(`blob ${index}`));
      }),
    );

    expect((await store.digests()).sort()).toEqual(stored.sort());
  });

  it('leaves no draft of a file that cannot be read', async () => {
    const root = await folder();
    const store = await FilesystemArtifactStore.open(root);

    await expect(store.putFile(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });

    expect(await readdir(join(root, 'drafts'))).toEqual([]);
  });
});
