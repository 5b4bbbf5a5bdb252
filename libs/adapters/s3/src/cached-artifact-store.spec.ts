import { chmod, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, putFiles, type Digest } from '@mle-smith/package';
import { artifactStoreContract, InMemoryArtifactStore } from '@mle-smith/package/testing';
import { CachedArtifactStore } from './cached-artifact-store.ts';

/** A remote store that counts what is read from it. */
class FarAway extends InMemoryArtifactStore {
  readonly reads: Digest[] = [];

  override async get(digest: Digest): Promise<Uint8Array> {
    this.reads.push(digest);
    return super.get(digest);
  }

  override async *read(digest: Digest): AsyncGenerator<Uint8Array, void, undefined> {
    yield await this.get(digest);
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the cached artifact store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cached-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = (remote: FarAway, directory = 'cache', maxBytes = 1 << 20): Promise<CachedArtifactStore> =>
    CachedArtifactStore.open({ remote, directory: join(folder, directory), maxBytes, keepMs: 0 });
  const pathOf = (digest: string): string => join(folder, 'cache', digest.slice(7, 9), digest.slice(7));

  artifactStoreContract(async () => open(new FarAway(), `cache-${Math.random()}`, 16 << 20));

  it('brings a blob to the machine once, whoever asks and however many at a time', async () => {
    const remote = new FarAway();
    const bundle = await remote.putBundle(await putFiles(remote, { a: 'one', b: 'one', c: 'two' }));
    const store = await open(remote);
    remote.reads.length = 0;

    await Promise.all([1, 2, 3].map((number) => store.materialize(bundle, join(folder, `out-${number}`))));
    await (await open(remote)).materialize(bundle, join(folder, 'out-4'));

    expect(remote.reads.filter((digest) => digest !== bundle).sort()).toEqual([digestOf('one'), digestOf('two')].sort());
    expect((await stat(join(folder, 'out-4/a'))).ino).toBe((await stat(join(folder, 'out-1/b'))).ino);
  });

  it('reads nothing from afar that it put itself', async () => {
    const remote = new FarAway();
    const store = await open(remote);
    await writeFile(join(folder, 'file'), 'from a file');
    const bundle = await store.putBundle([{ path: 'b', ...(await store.putFile(join(folder, 'file'))) }, ...(await putFiles(store, { a: 'x' }))]);
    remote.reads.length = 0;

    await store.materialize(bundle, join(folder, 'out'));

    expect(await store.get(digestOf('x'))).toEqual(Buffer.from('x'));
    expect(remote.reads).toEqual([]);
  });

  it('fetches again what was spoilt or removed on this machine', async () => {
    const remote = new FarAway();
    const bundle = await remote.putBundle(await putFiles(remote, { a: 'truth', b: 'more' }));
    await (await open(remote)).materialize(bundle, join(folder, 'before'));
    await chmod(pathOf(digestOf('truth')), 0o644);
    await writeFile(pathOf(digestOf('truth')), 'lies!');
    await rm(pathOf(digestOf('more')));

    const store = await open(remote);
    await store.materialize(bundle, join(folder, 'after'));

    expect(await readFile(join(folder, 'after/a'), 'utf8')).toBe('truth');
    expect(await readFile(join(folder, 'after/b'), 'utf8')).toBe('more');
    expect(Buffer.from(await store.get(digestOf('truth'))).toString()).toBe('truth');
  });

  it('keeps its size, and lets go what was used longest ago', async () => {
    const remote = new FarAway();
    const store = await open(remote, 'cache', 100);
    const [old, used] = [await store.put(bytes('o'.repeat(40))), await store.put(bytes('u'.repeat(40)))];
    for (const [digest, hour] of [
      [used, 1],
      [old, 2],
    ] as const)
      await utimes(pathOf(digest), new Date(2020, 0, 1, hour), new Date());
    await store.get(used);

    const fresh = await store.put(bytes('f'.repeat(40)));

    expect((await names()).sort()).toEqual([used, fresh].sort());
    expect((await store.get(old)).length).toBe(40);
  });

  it('lays out more than it may keep', async () => {
    const remote = new FarAway();
    const content = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}`, `${index}`.repeat(50)]));
    const bundle = await remote.putBundle(await putFiles(remote, content));
    const store = await CachedArtifactStore.open({ remote, directory: join(folder, 'cache'), maxBytes: 100 });

    await store.materialize(bundle, join(folder, 'out'));

    expect((await readdir(join(folder, 'out'))).length).toBe(30);
  });

  async function names(): Promise<Digest[]> {
    const found = await readdir(join(folder, 'cache'), { recursive: true });
    return found.filter((name) => name.length > 60).map((name) => `sha256:${name.slice(3)}`);
  }
});
