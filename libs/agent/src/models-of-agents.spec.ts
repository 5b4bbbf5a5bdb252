import { AdaptiveLimit } from './limiter.ts';
import { LocalBudgetBook } from './local-budget-book.ts';
import { ModelWithoutToolsError, openSource } from './open-source.ts';
import { callOf, InMemoryCallStore, ScriptedModel, TestTime, type ScriptStep } from './testing/index.ts';

const SIGNAL = new AbortController().signal;
const GOOD = '{"colour":"red","reason":null}';
const ABLE: readonly ScriptStep[] = [GOOD, GOOD, callOf('note_colour', { colour: 'red' })];
const PLACE = { stage: 'review', subject: 'cars--mpg', dataset: 'cars', generation: 1 };

function named(model: string, steps: readonly ScriptStep[]) {
  const scripted = new ScriptedModel(steps, { model, endpoint: 'https://models.example/v1' });
  return { scripted, entry: { identity: scripted.identity, model: scripted } };
}

function optionsOf({ identity, model }: ReturnType<typeof named>['entry']) {
  const shared = {
    concurrency: new AdaptiveLimit(4),
    store: new InMemoryCallStore(),
    book: new LocalBudgetBook(),
    limits: {},
    prices: {},
    time: new TestTime(),
  };
  return { identity, model, ...shared };
}

describe('the models of an endpoint', () => {
  it('are each tried once with replies as long as agents want, and asked by the agents that have them', async () => {
    const large = named('large', [...ABLE, 'of the designer']);
    const small = named('small', [GOOD, 'Red!', 'Noted.', 'of the judge', 'of the judge, drawn anew']);
    const ofAgents = { careful: small.entry, sceptic: small.entry };

    const source = await openSource({ ...optionsOf(large.entry), ofAgents, replyTokens: 2_000 }, SIGNAL);
    const ask = async (agent: string): Promise<string> =>
      (await source.at({ ...PLACE, agent }).complete({ messages: [{ role: 'user', content: 'hello' }], maxTokens: 50 }, SIGNAL)).content;
    const answers = [await ask('designer'), await ask('careful'), await ask('careful-2')];

    expect(answers).toEqual(['of the designer', 'of the judge', 'of the judge, drawn anew']);
    expect(source.capabilities).toEqual({ tools: false, formats: ['schema', 'words'] });
    expect([...large.scripted.calls, ...small.scripted.calls].map(({ maxTokens }) => maxTokens)).toEqual(Array.from({ length: 9 }, () => 2_000));
  });

  it('are asked for the longest reply of any agent where nothing else is said', async () => {
    const large = named('large', ABLE);

    await openSource(optionsOf(large.entry), SIGNAL);

    expect(large.scripted.calls.map(({ maxTokens }) => maxTokens)).toEqual([16_000, 16_000, 16_000]);
  });

  it('need tools where an agent does', async () => {
    const large = named('large', ABLE);
    const solver = named('small', [GOOD, GOOD, 'Noted.']);

    await expect(openSource({ ...optionsOf(large.entry), ofAgents: { solver: solver.entry } }, SIGNAL)).rejects.toThrow(ModelWithoutToolsError);
  });
});
