import type { DesignFacts } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { Draft } from './draft.ts';

const TEXTS = { 'prepare.py': 'a', 'metric.py': 'b', 'description.txt': 'c' };
const SIGNAL = new AbortController().signal;

async function looked(parts: readonly string[]): Promise<string> {
  class Streamed extends InMemoryArtifactStore {
    override get(): never {
      throw new RangeError('a whole file was read into memory');
    }
    override async *read(): AsyncGenerator<Uint8Array> {
      for (const part of parts) yield await Promise.resolve(new TextEncoder().encode(part));
    }
  }
  const outputs = [{ path: 'data/public/train.csv', digest: 'sha256:train', bytes: 1e12 }];
  const draft = new Draft({ blocks: TEXTS, texts: TEXTS, run: () => Promise.resolve({ facts: {} as DesignFacts, outputs }), artifacts: new Streamed() });
  const call = (name: string, given: object) =>
    draft
      .tools()
      .find((tool) => tool.name === name)!
      .call({ id: '1', name, arguments: JSON.stringify(given) }, SIGNAL);
  await call('run_draft', {});
  return call('look_at', { file: 'public/train.csv', lines: 2 });
}

describe('a look at what a draft made', () => {
  it('gives the first lines and counts all, however large the file is, without holding it', async () => {
    expect(await looked(['id,é', 'x\n1,2\n', '3,4\n'.repeat(100_000), '5,6\n'])).toBe('id,éx\n1,2\n[100003 lines in all]');
  });

  it('gives the beginning of a line without an end', async () => {
    const text = await looked(Array.from({ length: 100 }, () => 'x'.repeat(100_000)));

    expect(text.length).toBeLessThan(300_000);
    expect(text).toContain('[0 lines in all]');
  });
});
