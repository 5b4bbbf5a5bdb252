import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import type { SubjectDetail } from '@mle-smith/contracts';
import { bundleManifest, digestOf } from '@mle-smith/package';
import { pack } from 'tar-stream';
import type { Client } from './client.ts';
import { fetchPackage } from './mirror.ts';

const FILES = [
  { path: 'description.md', content: Buffer.from('# A task') },
  { path: 'raw/table.csv', content: Buffer.alloc(4_000_000, 'a,b\n') },
];
const DIGEST = digestOf(Buffer.from(bundleManifest(FILES.map(({ path, content }) => ({ path, digest: digestOf(content), bytes: content.length })))));
const detail = (verified: string) => ({ id: 't', documents: { verified } }) as unknown as SubjectDetail;

describe('a package that a server gives', () => {
  let folder: string;
  let store: FilesystemArtifactStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mle-smith-mirror-'));
    store = await FilesystemArtifactStore.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A server that gives such bytes as a whole package. */
  function server(bytes: AsyncIterable<Uint8Array>): Client {
    const answer = new Response(ReadableStream.from(bytes), { headers: { 'x-package-parts': 'whole' } });
    return { server: 'http://gateway', open: async () => answer, ask: () => Promise.reject(new Error('not asked')) };
  }

  async function archive(): Promise<Buffer> {
    const tar = pack();
    for (const { path, content } of FILES) tar.entry({ name: path }, content);
    tar.finalize();
    return buffer(tar as AsyncIterable<Buffer>);
  }

  const fetched = (bytes: AsyncIterable<Uint8Array>, digest = DIGEST) => fetchPackage(server(bytes), detail(digest), store, new AbortController().signal);

  it('is written down while it arrives: no file of it is held whole', async () => {
    const bytes = await archive();
    const written = Promise.withResolvers<void>();
    const putStream = store.putStream.bind(store);
    store.putStream = (chunks) =>
      putStream(
        (async function* () {
          for await (const chunk of chunks) {
            if (chunk.length > FILES[0]!.content.length) written.resolve();
            yield chunk;
          }
        })(),
      );
    async function* halves(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, bytes.length / 2);
      await written.promise;
      yield bytes.subarray(bytes.length / 2);
    }

    const digest = await fetched(halves());

    expect(digest).toBe(DIGEST);
    expect(Buffer.from(await store.get(digestOf(FILES[1]!.content))).equals(FILES[1]!.content)).toBe(true);
  }, 10_000);

  it('is refused where it is not the one that the server states', async () => {
    const bytes = await archive();
    bytes[515] = 0x21;

    const told = fetched(ReadableStream.from([bytes]));

    await expect(told).rejects.toMatchObject({ code: 'download_damaged', message: expect.stringContaining('subject=t') as string });
  });

  it('is told to be broken off where it breaks off, and half a file is kept nowhere', async () => {
    const bytes = await archive();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, bytes.length / 2);
      throw new Error('reset');
    }

    await expect(fetched(broken())).rejects.toMatchObject({ code: 'server_unreachable' });

    expect(await store.digests()).toEqual([digestOf(FILES[0]!.content)]);
    expect(await readdir(join(folder, 'drafts'))).toEqual([]);
  });
});
