import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifact-store.ts';
import { digestOf } from '../digest.ts';
import { canonicalJson, getJson, putJson } from '../canonical-json.ts';

/** What every ArtifactStore must do. `open` gives a fresh, empty store. */
export function artifactStoreContract(open: () => Promise<ArtifactStore>): void {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('names content by its digest and gives it back', async () => {
    const store = await open();

    const digest = await store.put(bytes('hello'));

    expect(digest).toBe(digestOf('hello'));
    expect(Buffer.from(await store.get(digest)).toString()).toBe('hello');
    expect(await store.put(bytes('hello'))).toBe(digest);
  });

  it('gives content piece by piece, with one fault for what is missing', async () => {
    const store = await open();
    const long = 'all of it '.repeat(300_000);
    const readAll = async (digest: string): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.read(digest)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };

    expect(await readAll(await store.put(bytes(long)))).toBe(long);
    await expect(readAll(digestOf('never stored'))).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('tells how many bytes content has', async () => {
    const store = await open();

    expect(await store.sizeOf(await store.put(bytes('ä')))).toBe(2);
    await expect(store.sizeOf(digestOf('never stored'))).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('says which content is missing', async () => {
    const store = await open();

    await expect(store.get(digestOf('never stored'))).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('gives a bundle the same digest whatever the order of its files', async () => {
    const store = await open();
    const one = { path: 'a.txt', digest: await store.put(bytes('a')), bytes: 1 };
    const two = { path: 'b/ä c.txt', digest: await store.put(bytes('b')), bytes: 1 };

    const digest = await store.putBundle([one, two]);

    expect(await store.putBundle([two, one])).toBe(digest);
    expect(await store.getBundle(digest)).toEqual([one, two]);
  });

  it.each(['/etc/passwd', '../up', 'a/../../b', '', 'a//b', 'a\nb'])('refuses the path %j in a bundle', async (path) => {
    const store = await open();
    const digest = await store.put(bytes('x'));

    await expect(store.putBundle([{ path, digest, bytes: 1 }])).rejects.toMatchObject({ code: 'unsafe_path' });
  });

  it('never makes a bundle of content that it does not hold', async () => {
    const store = await open();

    await expect(store.putBundle([{ path: 'a', digest: digestOf('nothing'), bytes: 7 }])).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('lays out the selected files of a bundle below a folder', async () => {
    const store = await open();
    const folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
    try {
      await writeFile(join(folder, 'source'), 'from a file');
      const stored = await store.putFile(join(folder, 'source'));
      const bundle = await store.putBundle([
        { path: 'keep/me', ...stored },
        { path: 'drop', digest: await store.put(bytes('x')), bytes: 1 },
      ]);

      await store.materialize(bundle, join(folder, 'out'), (path) => path.startsWith('keep/'));

      expect(await readdir(join(folder, 'out'))).toEqual(['keep']);
      expect(await readFile(join(folder, 'out/keep/me'), 'utf8')).toBe('from a file');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stores equal JSON values under one digest', async () => {
    const store = await open();

    const digest = await putJson(store, { b: 1, a: [2, { d: 3, c: undefined }] });

    expect(await putJson(store, { a: [2, { d: 3 }], b: 1 })).toBe(digest);
    expect(await getJson(store, digest)).toEqual({ a: [2, { d: 3 }], b: 1 });
    expect(canonicalJson({ b: 1, a: 2 })).toBe('{\n  "a": 2,\n  "b": 1\n}\n');
  });
}
