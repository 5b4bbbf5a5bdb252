import { createHash } from 'node:crypto';
import { ArtifactMissingError } from '@mle-smith/package';
import { ReferencedBlobs } from './referenced-blobs.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

function storeOf(texts: readonly string[]): (digest: string) => AsyncGenerator<Uint8Array> {
  const held = new Map(texts.map((text) => [digestOf(text), text]));
  return async function* (digest) {
    const text = held.get(digest);
    if (text === undefined) throw new ArtifactMissingError(digest);
    yield Buffer.from(text);
  };
}

async function all(blobs: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const digest of blobs) found.push(digest);
  return found;
}

describe('the blobs that documents need', () => {
  it('follows a chain of any length of documents that mention each other', async () => {
    const chain = ['{}'];
    for (let place = 1; place < 20_000; place += 1) chain.push(`{"next":"${digestOf(chain.at(-1) ?? '')}"}`);

    const found = await all(new ReferencedBlobs(storeOf(chain)).of(digestOf(chain.at(-1) ?? '')));

    expect(found).toEqual(chain.map(digestOf));
  });

  it('passes by what is mentioned and was never stored, and needs what is asked for', async () => {
    const blobs = new ReferencedBlobs(storeOf([`{"of":"${digestOf('gone')}"}`, 'missing']));

    expect(await all(blobs.of(digestOf(`{"of":"${digestOf('gone')}"}`)))).toEqual([digestOf(`{"of":"${digestOf('gone')}"}`)]);
    expect(await all(blobs.of(digestOf('missing')))).toEqual([digestOf('missing')]);
    await expect(all(blobs.of(digestOf('gone')))).rejects.toThrow(ArtifactMissingError);
  });
});
