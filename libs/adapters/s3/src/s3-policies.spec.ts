import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { putFiles } from '@mle-smith/package';
import { artifactStoreContract } from '@mle-smith/package/testing';
import { describeServer } from '@mle-smith/tools/testbed';
import { readerPolicy } from './reader-policy.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';
import { S3Bucket } from './s3-bucket.ts';
import { newPrefix, optionsFor, storedDigests, testBucket } from './testing/test-bucket.ts';

await describeServer('the S3 artifact store over another server, with users and policies,', 's3-policies', (server) => {
  let bucket: S3Bucket;
  let reader: S3Bucket;
  beforeAll(async () => {
    bucket = await testBucket(server);
    const { readerKey = '', readerSecret = '' } = server.details;
    reader = new S3Bucket({ ...optionsFor(server), credentials: { accessKeyId: readerKey, secretAccessKey: readerSecret } });
  });
  afterAll(() => {
    bucket.close();
    reader.close();
  });

  artifactStoreContract(async () => new S3ArtifactStore({ bucket, prefix: newPrefix() }));

  it('lets a reader see what was published, and nothing else', async () => {
    const prefix = newPrefix();
    const policy = readerPolicy({ bucket: bucket.name, prefix, principal: server.details['readerKey'] ?? '' });
    await bucket.client.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy: JSON.stringify(policy) }));
    const store = new S3ArtifactStore({ bucket, prefix });
    const files = await putFiles(store, { 'data/public/test.csv': 'questions', 'data/private/test_answer.csv': 'answers' });
    const bundle = await store.putBundle(files);

    const published = await store.publish(bundle, 'data/public');

    const [open, shut] = [new S3ArtifactStore({ bucket: reader, prefix, area: 'public' }), new S3ArtifactStore({ bucket: reader, prefix })];
    const [question, answer] = files.map((file) => file.digest) as [string, string];
    expect(await open.getBundle(published)).toEqual([{ path: 'test.csv', digest: question, bytes: 9 }]);
    expect(Buffer.from(await open.get(question)).toString()).toBe('questions');
    for (const digest of [question, answer, bundle, published]) await expect(shut.get(digest)).rejects.toMatchObject({ code: 'object_store_refused' });
    await expect(storedDigests(reader, prefix)).rejects.toMatchObject({ code: 'object_store_refused' });
    for (const store of [open, shut]) await expect(store.put(new Uint8Array([1]))).rejects.toMatchObject({ code: 'object_store_refused' });
  });
});
