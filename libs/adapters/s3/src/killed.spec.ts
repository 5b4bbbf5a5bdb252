import { digestOf } from '@mle-smith/package';
import { describeOwnServer, waitFor } from '@mle-smith/tools/testbed';
import { S3ArtifactStore } from './s3-artifact-store.ts';
import { S3Bucket } from './s3-bucket.ts';
import { optionsFor, storedDigests, testBucket } from './testing/test-bucket.ts';

await describeOwnServer('the S3 artifact store, when its server is killed,', 's3', (own) => {
  it('loses nothing that it said it had, and goes on by itself when the server is back', async () => {
    (await testBucket(own.server)).close();
    const patient = new S3Bucket({ ...optionsFor(own.server), retries: { attempts: 60, firstMs: 50, longestMs: 1_000 } });
    const store = new S3ArtifactStore({ bucket: patient });
    const acknowledged: string[] = [];
    const put = async (index: number): Promise<void> => {
      acknowledged.push(await store.put(Buffer.alloc(200_000, `blob ${index}.`)));
    };

    const work = (async () => {
      for (let index = 0; index < 120; index += 4) await Promise.all([0, 1, 2, 3].map((offset) => put(index + offset)));
    })();
    await waitFor(() => acknowledged.length >= 20, 60_000, 1);
    await own.stop('SIGKILL');
    await own.start();
    await work;

    const reader = new S3ArtifactStore({ bucket: patient });
    expect(new Set(acknowledged).size).toBe(120);
    for (const digest of acknowledged) expect(digestOf(await reader.get(digest))).toBe(digest);
    expect((await storedDigests(patient, '')).sort()).toEqual([...acknowledged].sort());
    patient.close();
  });
});
