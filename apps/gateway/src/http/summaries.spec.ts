import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { InMemoryTaskStore } from '@mle-smith/stage-runtime/testing';
import { summaryHandlers } from './summaries.ts';

describe('answers over everything in the store', () => {
  it('are one for callers who ask the same at the same time, and made anew afterwards', async () => {
    const store = new InMemoryTaskStore(() => 0);
    const read = store.oldest.bind(store);
    let readings = 0;
    store.oldest = (...asked) => ((readings += 1), read(...asked));
    const { oldest } = summaryHandlers({ store, artifacts: new InMemoryArtifactStore() });
    const ask = (limit: number) => oldest({ query: { limit } } as Parameters<typeof oldest>[0]);

    const answers = await Promise.all([ask(5), ask(5), ask(2)]);
    await ask(5);

    expect(answers.map(({ body }) => body)).toEqual([[], [], []]);
    expect(readings).toBe(3);
  });
});
