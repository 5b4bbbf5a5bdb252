import { ArtifactCorruptError, putJson, type ArtifactStore } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { evidenceOf } from './evidence.ts';

const GONE = `sha256:${'0'.repeat(64)}`;

describe('the evidence on a task', () => {
  it('is what can be read; a document that is gone or was changed is named, and takes nothing else with it', async () => {
    const artifacts = new InMemoryArtifactStore();
    const assert = await putJson(artifacts, { shape: 'of another time' });
    const review = await putJson(artifacts, {});
    const damaged: ArtifactStore = Object.assign(Object.create(artifacts) as ArtifactStore, {
      get: async (digest: string) => (digest === review ? Promise.reject(new ArtifactCorruptError(digest)) : artifacts.get(digest)),
    });

    const { unreadable, review: verdict, findings } = await evidenceOf(damaged, { documents: { assert, review, execute: GONE }, findings: [] });

    expect(unreadable.map(({ document, message }) => [document, message.includes('sha256:')])).toEqual([
      ['review', true],
      ['execute', true],
    ]);
    expect([verdict, findings]).toEqual([undefined, []]);
  });

  it('is asked for again where the store does not answer', async () => {
    const artifacts = Object.assign(Object.create(new InMemoryArtifactStore()) as ArtifactStore, { get: () => Promise.reject(new Error('out of reach')) });

    await expect(evidenceOf(artifacts, { documents: { review: GONE }, findings: [] })).rejects.toThrow('out of reach');
  });
});
