import { AdaptiveLimit } from './limiter.ts';
import { LocalBudgetBook } from './local-budget-book.ts';
import type { ModelsOptions } from './models.ts';
import { askEndpoint, openSource } from './open-source.ts';
import { callOf, failing, InMemoryCallStore, ScriptedModel, TestTime, type ScriptStep } from './testing/index.ts';

const SIGNAL = new AbortController().signal;
const FORMS = ['{"colour":"red","reason":null}', '{"colour":"red","reason":null}'];
const WITH_TOOL = callOf('note_colour', { colour: 'red' });

const store = (): InMemoryCallStore => new InMemoryCallStore();

async function opened(steps: readonly ScriptStep[], calls: InMemoryCallStore, replay = false) {
  const model = new ScriptedModel(steps);
  const options: ModelsOptions = {
    identity: model.identity,
    model: replay ? undefined : model,
    concurrency: new AdaptiveLimit(4),
    store: calls,
    book: new LocalBudgetBook(),
    limits: {},
    prices: {},
    time: new TestTime(),
  };
  return { model, options, source: await openSource(options, SIGNAL) };
}

describe('a source of models', () => {
  it('asks an endpoint once what it can do', async () => {
    const calls = store();
    await opened([...FORMS, WITH_TOOL], calls);

    const { model, source } = await opened([], calls);

    expect(model.calls).toEqual([]);
    expect(source.capabilities).toEqual({ tools: true, formats: ['schema', 'json', 'words'] });
  });

  it('asks a model that called no tool anew at each start, and goes on when it does', async () => {
    const calls = store();
    for (let start = 0; start < 3; start += 1) await expect(opened([...FORMS, 'Noted: red.'], calls)).rejects.toMatchObject({ code: 'model_without_tools' });

    const { model, source } = await opened([...FORMS, WITH_TOOL], calls);

    expect(source.capabilities.tools).toBe(true);
    expect(model.calls).toHaveLength(3);
    expect((await opened([], calls)).model.calls).toEqual([]);
    expect((await opened([], calls, true)).source.capabilities.tools).toBe(true);
  });

  it('tells from a record alone that a model called no tool', async () => {
    const calls = store();
    await opened([...FORMS, 'Noted: red.'], calls).catch(() => undefined);

    await expect(opened([], calls, true)).rejects.toMatchObject({ code: 'model_without_tools' });
  });

  it('asks an endpoint whether it answers without taking an earlier answer for a new one', async () => {
    const { model, options } = await opened([...FORMS, WITH_TOOL, 'Yes.', failing('quota')], store());

    await askEndpoint(options, SIGNAL);
    await options.time?.wait(1_000, SIGNAL);

    await expect(askEndpoint(options, SIGNAL)).rejects.toMatchObject({ code: 'quota' });
    model.done();
  });

  it('asks each model of an endpoint whether it answers', async () => {
    const { options } = await opened([...FORMS, WITH_TOOL, 'Yes.'], store());
    const solver = new ScriptedModel([failing('config')], { ...options.identity, model: 'another' });

    await expect(askEndpoint({ ...options, ofAgents: { solver: { identity: solver.identity, model: solver } } }, SIGNAL)).rejects.toMatchObject({
      code: 'config',
    });
  });
});
