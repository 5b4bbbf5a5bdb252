import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, putFiles } from '@mle-smith/package';
import { artifactStoreContract } from '@mle-smith/package/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import type { S3Bucket } from './s3-bucket.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';
import { newPrefix, plant, storedDigests, testBucket } from './testing/test-bucket.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const PART = 5 << 20;

await describeServer('the S3 artifact store', 's3', (server) => {
  let bucket: S3Bucket;
  let folder: string;
  beforeAll(async () => {
    bucket = await testBucket(server);
    folder = await mkdtemp(join(tmpdir(), 's3-store-'));
  });
  afterAll(async () => {
    bucket.close();
    await rm(folder, { recursive: true });
  });
  const keyOf = (prefix: string, digest: string): string => `${prefix}private/${digest.slice(7, 9)}/${digest.slice(7)}`;
  const largeFile = async (name: string, size: number): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, Buffer.alloc(size, name));
    return path;
  };

  artifactStoreContract(async () => new S3ArtifactStore({ bucket, prefix: newPrefix() }));

  it('stores one blob for twenty writers that race', async () => {
    const prefix = newPrefix();
    const stores = Array.from({ length: 20 }, () => new S3ArtifactStore({ bucket, prefix }));

    const digests = await Promise.all(stores.map((store) => store.put(bytes('the same'))));

    expect(new Set(digests)).toEqual(new Set([digestOf('the same')]));
    expect(await storedDigests(bucket, prefix)).toEqual([digestOf('the same')]);
  });

  it('sends a large file in parts, and gives it back as it was', async () => {
    const store = new S3ArtifactStore({ bucket, prefix: newPrefix(), partBytes: PART });
    const path = await largeFile('large', 2 * PART + 1);

    const stored = await store.putFile(path);

    expect(stored).toEqual({ digest: digestOf(await readFile(path)), bytes: 2 * PART + 1 });
    expect(digestOf(await store.get(stored.digest))).toBe(stored.digest);
  });

  it('stores one blob for writers that race with a large file', async () => {
    const prefix = newPrefix();
    const path = await largeFile('raced', PART + 1);
    const stores = Array.from({ length: 4 }, () => new S3ArtifactStore({ bucket, prefix, partBytes: PART }));

    const stored = await Promise.all(stores.map((store) => store.putFile(path)));

    expect(await storedDigests(bucket, prefix)).toEqual([stored[0]?.digest]);
  });

  it('refuses bytes that are not what their name says', async () => {
    const prefix = newPrefix();
    const store = new S3ArtifactStore({ bucket, prefix });
    const digest = digestOf('truth');
    await plant(bucket, keyOf(prefix, digest), 'lies!');
    const bundle = await store.putBundle([{ path: 'a', digest, bytes: 5 }]);

    await expect(store.get(digest)).rejects.toMatchObject({ code: 'artifact_corrupt' });
    await expect(store.materialize(bundle, join(folder, 'refused'))).rejects.toMatchObject({ code: 'artifact_corrupt' });
    expect(await readdir(join(folder, 'refused'))).toEqual([]);
  });

  it('writes content again that somebody cut short', async () => {
    const prefix = newPrefix();
    const store = new S3ArtifactStore({ bucket, prefix, partBytes: PART });
    const path = await largeFile('cut', PART + 1);
    const large = digestOf(await readFile(path));
    await plant(bucket, keyOf(prefix, digestOf('truth')), 'tr');
    await plant(bucket, keyOf(prefix, large), 'cut');

    await store.put(bytes('truth'));
    await store.putFile(path);

    expect(Buffer.from(await store.get(digestOf('truth'))).toString()).toBe('truth');
    expect((await store.get(large)).length).toBe(PART + 1);
  });

  it('makes no bundle one of whose files is missing, and nothing of it is to be seen', async () => {
    const prefix = newPrefix();
    const store = new S3ArtifactStore({ bucket, prefix });
    const files = await putFiles(store, { a: 'a', b: 'b' });

    await expect(store.putBundle([...files, { path: 'c', digest: digestOf('never'), bytes: 5 }])).rejects.toMatchObject({ code: 'artifact_missing' });

    expect((await storedDigests(bucket, prefix)).sort()).toEqual(files.map((file) => file.digest).sort());
  });

  it('lays out files that anybody may read and nobody may write', async () => {
    const store = new S3ArtifactStore({ bucket, prefix: newPrefix() });
    const bundle = await store.putBundle(await putFiles(store, { 'a/b': 'x' }));
    const before = process.umask(0o077);
    try {
      await store.materialize(bundle, join(folder, 'modes'));
    } finally {
      process.umask(before);
    }

    expect((await stat(join(folder, 'modes/a/b'))).mode & 0o777).toBe(0o444);
    expect(await readdir(join(folder, 'modes/a'))).toEqual(['b']);
  });

  it('publishes the files below one folder, and nothing else', async () => {
    const prefix = newPrefix();
    const store = new S3ArtifactStore({ bucket, prefix });
    const files = await putFiles(store, { 'data/public/test.csv': 'questions', 'data/private/test_answer.csv': 'answers', 'task.json': '{}' });

    const published = await store.publish(await store.putBundle(files), 'data/public');

    const reader = new S3ArtifactStore({ bucket, prefix, area: 'public' });
    expect((await storedDigests(bucket, prefix, 'public')).sort()).toEqual([published, digestOf('questions')].sort());
    expect((await reader.getBundle(published)).map((file) => file.path)).toEqual(['test.csv']);
    await expect(reader.get(digestOf('answers'))).rejects.toMatchObject({ code: 'artifact_missing' });
  });
});
