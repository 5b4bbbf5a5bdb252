import { z } from 'zod';
import type { CallPlace } from './call-store.ts';
import { AdaptiveLimit } from './limiter.ts';
import type { ModelNotice } from './model-notice.ts';
import type { Model, ModelReply } from './model.ts';
import { ACCOUNTS, type Limits } from './accounts.ts';
import { callEventOf } from './call-event.ts';
import { bookOf, modelAt } from './models.ts';
import { addBudget } from './parse-budget.ts';
import type { PriceTable } from './prices.ts';
import { askFor } from './structured.ts';
import { InMemoryCallStore, ScriptedModel, TestTime, failing, recordOf, replyOf, type ScriptStep } from './testing/index.ts';

const PLACE: CallPlace = { agent: 'designer', stage: 'design', subject: 'cars--mpg', dataset: 'cars', generation: 1 };
const SIGNAL = new AbortController().signal;
const PRICES = { scripted: { input: 2, output: 10 } };

function setUp(steps: readonly ScriptStep[], limits: Limits = {}, store = new InMemoryCallStore(), prices: PriceTable = PRICES) {
  const endpoint = new ScriptedModel(steps);
  const options = { identity: endpoint.identity, concurrency: new AdaptiveLimit(4), store, limits, prices, time: new TestTime() };
  const open = async (replay = false, place = PLACE): Promise<Model> =>
    modelAt({ ...options, model: replay ? undefined : endpoint, book: await bookOf(store.spent(), { limits, prices }) }, place);
  return { endpoint, store, open };
}

async function ask(model: Model, content: string): Promise<ModelReply> {
  return model.complete({ messages: [{ role: 'user', content }], maxTokens: 50 }, SIGNAL);
}

describe('a model at a place', () => {
  it('answers from what was kept where a stage goes on after a kill, and pays for the rest', async () => {
    const { endpoint, open, store } = setUp(['one', 'two', 'three']);
    const killed = await open();
    await ask(killed, 'a');
    await ask(killed, 'b');

    const again = await open();
    const answers = [await ask(again, 'a'), await ask(again, 'b'), await ask(again, 'c')];

    expect(answers.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
    expect(endpoint.calls).toHaveLength(3);
    expect((await store.list()).map(({ number, cost }) => ({ number, cost }))).toEqual([0, 1, 2].map((number) => ({ number, cost: 400 })));
  });

  it('asks again where the same is asked twice in one attempt', async () => {
    const { open } = setUp(['one', 'two']);
    const model = await open();

    expect([(await ask(model, 'a')).content, (await ask(model, 'a')).content]).toEqual(['one', 'two']);
  });

  it('tells of calls that are tried again, and of replies that go back for their form', async () => {
    const notices: ModelNotice[] = [];
    const endpoint = new ScriptedModel([failing('transport'), 'no form', '{"yes":true}']);
    const options = { identity: endpoint.identity, concurrency: new AdaptiveLimit(1), store: new InMemoryCallStore(), limits: {}, prices: PRICES };
    const book = await bookOf([], { limits: {}, prices: PRICES });
    const model = modelAt({ ...options, model: endpoint, book, time: new TestTime(), onNotice: (notice) => notices.push(notice) }, PLACE);
    const shape = z.object({ yes: z.boolean() });

    await askFor(model, [{ role: 'user', content: 'Yes?' }], { name: 'yes', shape }, { formats: ['words'], maxTokens: 50 }, SIGNAL);

    expect(notices.filter(({ kind }) => kind !== 'called')).toEqual([
      { kind: 'retried', reason: 'transport' },
      { kind: 'repaired', model: 'scripted', place: PLACE },
    ]);
    const called = notices.filter((notice) => notice.kind === 'called');
    expect(called.map(callEventOf)).toEqual([
      { kind: 'call', agent: 'designer', model: 'scripted', tookMs: expect.any(Number) as number, fault: 'transport' },
      { kind: 'call', agent: 'designer', model: 'scripted', tookMs: expect.any(Number) as number, inputTokens: 100, outputTokens: 20, usd: 0.0004 },
      { kind: 'call', agent: 'designer', model: 'scripted', tookMs: expect.any(Number) as number, inputTokens: 100, outputTokens: 20, usd: 0.0004 },
    ]);
  });

  it('tells of no call where the answer is kept already', async () => {
    const notices: ModelNotice[] = [];
    const endpoint = new ScriptedModel(['one']);
    const options = { identity: endpoint.identity, concurrency: new AdaptiveLimit(1), store: new InMemoryCallStore(), limits: {}, prices: PRICES };
    const book = await bookOf([], { limits: {}, prices: PRICES });
    const open = () => modelAt({ ...options, model: endpoint, book, time: new TestTime(), onNotice: (notice) => notices.push(notice) }, PLACE);

    await ask(open(), 'a');
    await ask(open(), 'a');

    expect(notices.map(({ kind }) => kind)).toEqual(['called']);
  });

  it('shares no answer with another generation', async () => {
    const { open } = setUp(['one', 'two']);
    await ask(await open(), 'a');

    expect((await ask(await open(false, { ...PLACE, generation: 2 }), 'a')).content).toBe('two');
  });

  it('replays a record without an endpoint, and names the call and the part that changed', async () => {
    const { open } = setUp(['one', 'two']);
    const live = await open();
    await ask(live, 'a');
    await ask(live, 'b');

    const replay = await open(true);
    expect((await ask(replay, 'a')).content).toBe('one');
    await expect(ask(replay, 'b!')).rejects.toThrow(
      'the record does not hold call 2 of cars--mpg/design/1/designer: message 1 of 1 changed; record the run again, or undo the change',
    );
    await expect(ask(replay, 'c')).rejects.toThrow('it has 2 calls there');
  });

  it('looks at the calls of its own subject alone for what a replay lacks', async () => {
    const { open, store } = setUp([]);
    const listed: unknown[] = [];
    const list = store.list.bind(store);
    store.list = (subject) => (listed.push(subject), list(subject));

    await expect(ask(await open(true), 'a')).rejects.toThrow('it has 0 calls there');

    expect(listed).toEqual([PLACE.subject]);
  });

  it('keeps and books replies that are none but were counted', async () => {
    const { open, store } = setUp([failing('garbage', { usage: { input: 7, output: 3, reported: true } }), 'one']);

    await ask(await open(), 'a');

    expect((await store.list()).map(({ outcome, cost }) => ({ outcome, cost })).sort((one, other) => (one.outcome < other.outcome ? -1 : 1))).toEqual([
      { outcome: 'answered', cost: 400 },
      { outcome: 'garbage', cost: 44 },
    ]);
  });

  it('does not make a call for which a budget has no room, also after a restart', async () => {
    const { endpoint, open } = setUp(['one', 'two'], { task: { cost: 1_100 } });
    await ask(await open(), 'a');

    await expect(ask(await open(), 'b')).resolves.toBeDefined();
    await expect(ask(await open(), 'c')).rejects.toThrow('the budget task=0.0011usd has $0.000300 left for the next call, which may take $0.000540; raise it');
    expect(endpoint.calls).toHaveLength(2);
  });

  it('has a budget for the loop of one agent, which another agent does not use up', async () => {
    const { endpoint, open } = setUp(['one', 'two', 'three'], { agent: { cost: 1_100 } });
    await ask(await open(), 'a');
    await ask(await open(), 'b');

    await expect(ask(await open(), 'c')).rejects.toThrow('the budget agent=0.0011usd has $0.000300 left for the next call');
    await expect(ask(await open(false, { ...PLACE, agent: 'careful' }), 'c')).resolves.toBeDefined();
    expect(endpoint.calls).toHaveLength(3);
  });

  it('has a budget for one call', async () => {
    const { open } = setUp(['one'], { call: { tokens: 60 } });

    const refused = ask(await open(), 'a'.repeat(200));

    await expect(refused).rejects.toMatchObject({ code: 'budget_exceeded', account: 'one call' });
    await expect(refused).rejects.toThrow(/^the budget call=60tokens has no room for the next call, which may take 1\d\d tokens; raise it$/);
  });

  it('counts calls that were made before a price was known at that price after a restart', async () => {
    const store = new InMemoryCallStore();
    await ask(await setUp(['one'], {}, store, {}).open(), 'a');
    expect((await store.list()).map(({ cost }) => cost)).toEqual([null]);
    const { open } = setUp(['two', 'three'], { task: { cost: 900 } }, store);

    await expect(ask(await open(), 'b')).rejects.toThrow('the budget task=0.0009usd has $0.000500 left');
  });

  it('waits for a free slot without one of its own between tries', async () => {
    const { open, store } = setUp([failing('rate'), 'one', 'two']);
    const [one, other] = [await open(), await open(false, { ...PLACE, agent: 'reviewer' })];

    await Promise.all([ask(one, 'a'), ask(other, 'a')]);

    expect(await store.list()).toHaveLength(2);
  });
});

describe('a book of calls', () => {
  it('keeps no account without a limit, of which there is one for each task and agent', async () => {
    const record = (place: number) => recordOf({ place: { ...PLACE, subject: `cars--${place}` } });
    const calls = Array.from({ length: 100 }, (_, place) => record(place));
    const book = await bookOf(calls, { limits: { day: { tokens: 1_000_000 } }, prices: PRICES });

    const accounts = [
      { name: 'the task cars--mpg', limit: {} },
      { name: 'the day 1970-01-01', limit: { tokens: 1_000_000 } },
    ];
    await book.settle(await book.reserve(accounts, { cost: 10, tokens: 10 }), { cost: 5, tokens: 5 });

    expect(book.size).toBe(1);
    await expect(book.reserve(accounts, { cost: 0, tokens: 990_000 })).rejects.toThrow('the day 1970-01-01 has 987,995 tokens left');
  });

  it.each(Object.values(ACCOUNTS).map(({ scope }) => scope))('keeps a budget of a %s that a text gives', async (scope) => {
    const { open } = setUp(['one', 'two'], addBudget(`${scope}=150tokens`));
    await ask(await open(), 'a');

    await expect(ask(await open(), 'b')).rejects.toMatchObject({ code: 'budget_exceeded' });
  });
});

describe('the cost of a call', () => {
  it('is that of the reply: a price is for a million tokens', async () => {
    const { open, store } = setUp([replyOf({ usage: { input: 1_000_000, output: 1_000_000, reported: true } })]);

    await ask(await open(), 'a');

    expect((await store.list())[0]?.cost).toBe(12_000_000);
  });
});
