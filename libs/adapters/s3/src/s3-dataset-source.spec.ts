import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { datasetSourceContract } from '@mle-smith/package/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import { decodedKey } from './list-objects.ts';
import { S3Bucket } from './s3-bucket.ts';
import { S3DatasetSource } from './s3-dataset-source.ts';
import { scanPrefix } from './scan-prefix.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';
import { newPrefix, optionsFor, plant, testBucket } from './testing/test-bucket.ts';

/** Names that have gone wrong somewhere. A server that keeps folders changes a few more, such as `a//b` and a backslash. */
const AWKWARD = [
  ...[
    'with space',
    'two  spaces',
    ' lead',
    'plus+plus',
    '100%',
    '%2F',
    '%2f.csv',
    '%20',
    '%',
    '%%',
    'a%zz',
    '+',
    '=',
    '&',
    '&amp;',
    '<tag>',
    '"quoted"',
    "it's",
  ],
  ...['ä', 'a\u0308', 'é', 'e\u0301', '日本語', 'Ω', 'ﬁ', 'ß', '😀', '👩‍🔬', '\u200b', '\ufeff', 'עברית', 'العربية', '\u202e', 'ｆｕｌｌ'],
  ...[
    'tab\there',
    'line\nbreak',
    'return\r',
    '\u0001',
    '\u001f',
    '\u007f',
    '#',
    '?',
    '?x=1',
    '*',
    '[1]',
    '{a}',
    '|',
    '^',
    '~',
    '`',
    '$HOME',
    '$(id)',
    '!',
    '@',
    ':',
    ';',
    ',',
  ],
  ...['.hidden', 'dot.', '...', '-rf', '(1)', 'k'.repeat(240), 'ü'.repeat(120)],
];

await describeServer('datasets below a prefix', 's3', (server) => {
  let bucket: S3Bucket;
  let folder: string;
  const closing: (() => Promise<void>)[] = [];
  const limits = { maxFiles: 100, maxBytes: 1_000_000 };
  beforeAll(async () => {
    bucket = await testBucket(server);
    folder = await mkdtemp(join(tmpdir(), 's3-source-'));
  });
  afterAll(async () => {
    for (const close of closing) await close();
    bucket.close();
    await rm(folder, { recursive: true });
  });
  const lake = async (files: Readonly<Record<string, string>>): Promise<{ prefix: string; source: S3DatasetSource }> => {
    const prefix = newPrefix();
    for (const [key, content] of Object.entries(files)) await plant(bucket, `${prefix}${key}`, content);
    return { prefix, source: new S3DatasetSource({ bucket, prefix, limits }) };
  };

  datasetSourceContract(async (limits) => {
    const prefix = newPrefix();
    return {
      source: new S3DatasetSource({ bucket, prefix, limits }),
      write: (path, content) => plant(bucket, `${prefix}${path}`, content),
      remove: async (path) => void (await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: `${prefix}${path}` }))),
    };
  });

  it('keep awkward names, from a listing to the files of a folder', async () => {
    const { source } = await lake(Object.fromEntries(AWKWARD.map((name) => [`set/${name}/f-${name}`, name])));

    const [found] = await source.scan();

    const safe = (found?.objects ?? []).filter((object) => !/[\u0000-\u001f]/.test(object.path));
    expect(found?.objects.map((object) => object.path).sort()).toEqual(AWKWARD.map((name) => `${name}/f-${name}`).sort());
    await source.fetch({ ...found!, objects: safe }, join(folder, 'awkward'));
    for (const { path } of safe) expect(await readFile(join(folder, 'awkward', path), 'utf8')).toBe(path.slice(0, path.indexOf('/')));
  });

  it('are not brought where a file would have to be a folder', async () => {
    const { source } = await lake({ 'set/a': 'x', 'set/a/b': 'y' });
    const [found] = await source.scan();

    await expect(source.fetch(found!, join(folder, 'both'))).rejects.toMatchObject({ code: 'unsafe_path' });
  });

  it('are brought as they were, where the bucket keeps versions', async () => {
    const kept = await testBucket(server, 'with-versions');
    await kept.client.send(new PutBucketVersioningCommand({ Bucket: kept.name, VersioningConfiguration: { Status: 'Enabled' } }));
    const prefix = newPrefix();
    await plant(kept, `${prefix}set/a b.csv`, 'first');
    const source = new S3DatasetSource({ bucket: kept, prefix, limits });
    const [found] = await source.scan();
    await plant(kept, `${prefix}set/a b.csv`, 'second');

    await source.fetch(found!, join(folder, 'versions'));

    expect(await readFile(join(folder, 'versions/a b.csv'), 'utf8')).toBe('first');
    expect((await source.scan())[0]?.objects[0]?.versionId).not.toBe(found!.objects[0]?.versionId);
    kept.close();
  });

  it('are listed up to a number of objects, with or without the slash of their prefix', async () => {
    const { prefix, source } = await lake({ 'set/a.csv': 'xx', 'set/b.csv': 'yy' });

    expect(await scanPrefix(bucket, prefix.slice(0, -1), 2)).toEqual(await source.scan());
    await expect(scanPrefix(bucket, prefix, 1)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('arrive whole through a bad line', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`set/${index}`, `${index}`.repeat(20_000)]));
    const { prefix } = await lake(files);
    const proxy = await FaultyProxy.start(server.address);
    closing.push(() => proxy.stop());
    const line = new S3Bucket({ ...optionsFor({ ...server, address: proxy.address }), idleMs: 500, retries: { rest: async () => undefined } });
    const source = new S3DatasetSource({ bucket: line, prefix, limits });
    proxy.next(/^GET .*list-type/, { kind: 'unavailable' }, { kind: 'truncated', afterBytes: 300 });
    proxy.next(/^GET .*\/set\//, { kind: 'garbled' }, { kind: 'truncated', afterBytes: 10_000 }, { kind: 'silent', afterBytes: 1 }, { kind: 'reset' });

    await source.fetch((await source.scan())[0]!, join(folder, 'line'));

    for (const [key, content] of Object.entries(files)) expect(await readFile(join(folder, 'line', key.slice(4)), 'utf8')).toBe(content);
    expect(proxy.pending).toBe(0);
    line.close();
  });
});

it('a plus in an encoded listing is a space, and stays a plus in any other', () => {
  expect(decodedKey('a+b%2Bc%2520d', 'url')).toBe('a b+c%20d');
  expect(decodedKey('a+b%2Bc', undefined)).toBe('a+b%2Bc');
});
