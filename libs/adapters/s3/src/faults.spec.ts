import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { digestOf, putFiles } from '@mle-smith/package';
import { describeServer } from '@mle-smith/tools/testbed';
import { S3Bucket, type S3BucketOptions } from './s3-bucket.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';
import { FaultyProxy, type ProxyFault } from './testing/faulty-proxy.ts';
import { newPrefix, optionsFor, storedDigests, testBucket } from './testing/test-bucket.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const PART = 5 << 20;

await describeServer('the S3 artifact store, when the way to its server is bad,', 's3', (server) => {
  let proxy: FaultyProxy;
  let bucket: S3Bucket;
  /** For replies that go silent; to the others a slow machine is no fault. */
  let impatient: S3Bucket;
  let folder: string;
  let pauses: number[];
  const through = (options: Partial<S3BucketOptions> = {}): S3Bucket =>
    new S3Bucket({
      ...optionsFor({ ...server, address: proxy.address }),
      retries: { rest: async (ms) => void pauses.push(ms), random: () => 0 },
      ...options,
    });
  beforeAll(async () => {
    (await testBucket(server)).close();
    proxy = await FaultyProxy.start(server.address);
    bucket = through();
    impatient = through({ idleMs: 2_000 });
    folder = await mkdtemp(join(tmpdir(), 's3-faults-'));
  });
  beforeEach(() => {
    pauses = [];
  });
  afterEach(() => expect(proxy.pending).toBe(0));
  afterAll(async () => {
    bucket.close();
    impatient.close();
    await proxy.stop();
    await rm(folder, { recursive: true });
  });
  const store = (prefix = newPrefix(), by = bucket): S3ArtifactStore => new S3ArtifactStore({ bucket: by, prefix, partBytes: PART });
  const large = async (name: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, Buffer.alloc(PART + 7, name));
    return path;
  };

  it.each<[string, ProxyFault]>([
    ['unavailable', { kind: 'unavailable' }],
    ['broken', { kind: 'reset' }],
    ['answered in vain', { kind: 'reply-lost' }],
  ])('puts content although the first request is %s', async (_, fault) => {
    const prefix = newPrefix();
    const artifacts = store(prefix);
    proxy.next(/^PUT/, fault, fault);

    const digest = await artifacts.put(bytes('hello'));

    expect(Buffer.from(await artifacts.get(digest)).toString()).toBe('hello');
    expect(await storedDigests(bucket, prefix)).toEqual([digest]);
  });

  it.each<[string, ProxyFault]>([
    ['ends early', { kind: 'truncated', afterBytes: 100_000 }],
    ['goes silent', { kind: 'silent', afterBytes: 100_000 }],
  ])('goes on where a reply %s, from where it stopped', async (_, fault) => {
    const artifacts = store(newPrefix(), fault.kind === 'silent' ? impatient : bucket);
    const content = Buffer.alloc(1_000_000, 'content');
    const digest = await artifacts.put(content);
    const before = proxy.requests.length;
    proxy.next(/^GET/, fault, fault);

    const got = await artifacts.get(digest);

    expect(digestOf(got)).toBe(digest);
    expect(proxy.requests.length - before).toBe(3);
  });

  it('reads once more what arrives with a wrong bit, and says so where it stays wrong', async () => {
    const artifacts = store();
    const digest = await artifacts.put(bytes('truth'));
    proxy.next(/^GET/, { kind: 'garbled' });

    expect(Buffer.from(await artifacts.get(digest)).toString()).toBe('truth');

    proxy.next(/^GET/, { kind: 'garbled' }, { kind: 'garbled' });
    await expect(artifacts.get(digest)).rejects.toMatchObject({ code: 'artifact_corrupt' });
  });

  it('waits as long as the server asks for, and no longer than its limit', async () => {
    const artifacts = store();
    proxy.next(/^PUT/, { kind: 'unavailable', retryAfterSeconds: 3 }, { kind: 'unavailable', retryAfterSeconds: 3_000 });

    await artifacts.put(bytes('patience'));

    expect(pauses).toEqual([3_000 + 50, 20_000]);
  });

  it('says that the store does not answer when it is down for good, which is a fault of the machine', async () => {
    const listener = createServer();
    const port = await new Promise<number>((resolve) => listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port)));
    await new Promise((resolve) => listener.close(resolve));
    const down = through({ endpoint: `http://127.0.0.1:${port}` });

    const put = new S3ArtifactStore({ bucket: down }).put(bytes('x'));

    await expect(put).rejects.toMatchObject({ code: 'object_store_unreachable', message: expect.stringContaining('ECONNREFUSED') as unknown });
    expect(pauses.length).toBe(7);
  });

  it('does not ask again where access is denied, and says what to allow', async () => {
    proxy.next(/^PUT/, { kind: 'denied' });

    const put = store().put(bytes('x'));

    await expect(put).rejects.toMatchObject({ code: 'object_store_refused', message: expect.stringMatching(/AccessDenied.*s3:PutObject/) as unknown });
    expect(pauses).toEqual([]);
  });

  it.each<[string, Partial<S3BucketOptions>, RegExp]>([
    [
      'a wrong secret',
      { credentials: { accessKeyId: server.details['accessKey'] ?? '', secretAccessKey: 'wrong' } },
      /SignatureDoesNotMatch.*check the credentials/,
    ],
    ['an unknown key', { credentials: { accessKeyId: 'nobody', secretAccessKey: 'wrong' } }, /InvalidAccessKeyId.*check the credentials/],
  ])('tells %s', async (_, options, message) => {
    const wrong = through(options);

    await expect(new S3ArtifactStore({ bucket: wrong }).put(bytes('x'))).rejects.toMatchObject({
      code: 'object_store_refused',
      message: expect.stringMatching(message) as unknown,
    });
    await expect(wrong.check()).rejects.toMatchObject({ code: 'object_store_refused' });
  });

  it('makes a bucket once, however many make it at the same time', async () => {
    const name = `made-${randomUUID()}`;

    await Promise.all(Array.from({ length: 8 }, () => through({ bucket: name }).ensure()));

    await expect(through({ bucket: name }).check()).resolves.toBeUndefined();
  });

  it('tells a bucket that is not there before any work begins', async () => {
    const missing = through({ bucket: 'no-such-bucket' });

    await expect(missing.check()).rejects.toMatchObject({ code: 'object_store_refused', message: expect.stringContaining('make the bucket') as unknown });
    await expect(bucket.check()).resolves.toBeUndefined();
  });

  it.each<[string, RegExp, ProxyFault[]]>([
    ['a part has to be sent again', /^PUT/, [{ kind: 'reset' }, { kind: 'reply-lost' }]],
    ['the reply to its last step is lost', /^POST.*uploadId=/, [{ kind: 'unavailable' }, { kind: 'reply-lost' }]],
  ])('stores a large file although %s', async (name, requests, faults) => {
    const artifacts = store();
    const path = await large(name);
    proxy.next(requests, ...faults);

    const stored = await artifacts.putFile(path);

    expect(digestOf(await artifacts.get(stored.digest))).toBe(digestOf(await readFile(path)));
  });

  it('leaves nothing of a large file that could not be sent', async () => {
    const prefix = newPrefix();
    const path = await large('given up');
    proxy.next(/^PUT/, { kind: 'denied' }, { kind: 'denied' });

    await expect(store(prefix).putFile(path)).rejects.toMatchObject({ code: 'object_store_refused' });

    const uploads = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix: prefix }));
    expect(uploads.Uploads ?? []).toEqual([]);
    expect(await storedDigests(bucket, prefix)).toEqual([]);
  });

  it('lays out a bundle whole, through whatever happens on the way', async () => {
    const artifacts = store(newPrefix(), impatient);
    const content = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`folder/${index}`, Buffer.alloc(50_000, `${index}.`)]));
    const bundle = await artifacts.putBundle(await putFiles(artifacts, content));
    proxy.next(
      /^GET/,
      { kind: 'unavailable' },
      { kind: 'reset' },
      { kind: 'truncated', afterBytes: 10 },
      { kind: 'silent', afterBytes: 10 },
      { kind: 'truncated', afterBytes: 40_000 },
    );

    await artifacts.materialize(bundle, join(folder, 'whole'));

    expect((await readdir(join(folder, 'whole/folder'))).length).toBe(40);
    for (const [path, expected] of Object.entries(content)) expect(digestOf(await readFile(join(folder, 'whole', path)))).toBe(digestOf(expected));
  });

  it('asks the store once about content that it has seen', async () => {
    const artifacts = store();
    const files = await putFiles(artifacts, Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}`, `${index}`])));
    const before = proxy.requests.length;

    await artifacts.putBundle(files);
    await artifacts.putBundle(files);

    expect(proxy.requests.slice(before).map((request) => request.split(' ')[0])).toEqual(['PUT']);
  });
});
