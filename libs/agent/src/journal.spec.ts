import { journaled } from './journal.ts';
import { InMemoryCallStore, ScriptedModel, TestTime } from './testing/index.ts';

const PLACE = { agent: 'solver', stage: 'solve', subject: 'pears', dataset: 'pears', generation: 1 };
const REQUEST = { messages: [{ role: 'user' as const, content: 'hello' }], maxTokens: 10 };
const SIGNAL = new AbortController().signal;

describe('a journal', () => {
  it('gives two attempts that ask the same at once the same answer, and counts what both were paid', async () => {
    const store = new InMemoryCallStore();
    const attempt = (said: string) => {
      const model = new ScriptedModel([said]);
      return journaled({ identity: model.identity, model, store, place: PLACE, prices: {}, time: new TestTime() }).complete(REQUEST, SIGNAL);
    };

    const replies = await Promise.all([attempt('one'), attempt('other')]);

    expect(replies.map(({ content }) => content)).toEqual(['one', 'one']);
    expect((await store.list()).map(({ outcome, usage }) => [outcome, usage.input])).toEqual([
      ['answered', 100],
      ['answered', 100],
    ]);
    const replayed = await attempt('never asked');
    expect(replayed.content).toBe('one');
    expect(await store.list()).toHaveLength(2);
  });
});
