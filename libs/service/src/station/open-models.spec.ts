import type { FakeOpenAi, FakeOpenAiOptions } from '@mle-smith/tools/fake-openai';
import { isInfrastructureFault } from '@mle-smith/stage-runtime';
import { isConfigurationFault } from '../process/configuration-faults.ts';
import { modelFaults, reachModels } from './open-models.ts';
import { endpoint, optionsFor, settings } from './testing/scripted-endpoint.ts';

const SIGNAL = new AbortController().signal;

describe('the models of a service', () => {
  let server: FakeOpenAi | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('are reached where the endpoint answers', async () => {
    server = await endpoint(() => ({ content: 'yes' }), { apiKey: 'right' });

    const source = await reachModels(await optionsFor(settings({ MLE_SMITH_MODEL_URL: server.url, MLE_SMITH_API_KEY: 'right' })), SIGNAL);

    expect(source.capabilities).toEqual({ tools: true, formats: ['schema', 'json', 'words'] });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['base URL', { MLE_SMITH_MODEL_URL: 'http://models.example/v1' }, 'MLE_SMITH_MODEL_URL: http:// sends the key'],
    [
      'host',
      { MLE_SMITH_MODEL_URL: 'https://elsewhere.example/v1', MLE_SMITH_MODEL_HOSTS: 'models.example, other.example' },
      'MLE_SMITH_MODEL_URL: the host is not on the list of allowed hosts [host=elsewhere.example, allowed=models.example other.example]',
    ],
    ['key', { MLE_SMITH_MODEL_URL: 'https://models.example/v1', MLE_SMITH_API_KEY: 'two\nlines' }, 'MLE_SMITH_API_KEY: a key may hold visible'],
    [
      'budget',
      { MLE_SMITH_MODEL_URL: 'https://models.example/v1', MLE_SMITH_BUDGET: 'day=1000000tokens,call=20000tokens' },
      'MLE_SMITH_BUDGET: the budget call=20000tokens has no room for one call of the agent designer',
    ],
    [
      'price of a model',
      { MLE_SMITH_MODEL_URL: 'https://models.example/v1', MLE_SMITH_BUDGET: 'day=5usd' },
      'MLE_SMITH_BUDGET: the budget day=5usd is in dollars, and the price of the model is not known [model=scripted]',
    ],
    [
      'price table',
      { MLE_SMITH_MODEL_URL: 'https://models.example/v1', MLE_SMITH_PRICES: '/nowhere/prices.json' },
      'MLE_SMITH_PRICES: the price table cannot be read [prices=/nowhere/prices.json]: ENOENT',
    ],
    ['header', { MLE_SMITH_MODEL_URL: 'https://models.example/v1', MLE_SMITH_HEADERS: 'api-key: schlüssel' }, 'MLE_SMITH_HEADERS: a key may hold visible'],
  ])('are a fault of the configuration where the %s cannot be used', async (_, own, message) => {
    const fault: unknown = await optionsFor(settings(own)).catch((error: unknown) => error);

    expect(fault).toMatchObject({ code: 'configuration', message: expect.stringContaining(message) as unknown });
    expect(isConfigurationFault(fault)).toBe(true);
  });

  it.each<[string, Omit<FakeOpenAiOptions, 'script'>]>([
    ['the key is refused', { apiKey: 'another' }],
    ['the model is not known', { models: ['another'] }],
    ['the model calls no tools', { profile: 'ignores-everything' }],
  ])('are a fault of the configuration where %s', async (_, more) => {
    server = await endpoint(() => ({ content: 'yes' }), more);
    const options = await optionsFor(settings({ MLE_SMITH_MODEL_URL: server.url, MLE_SMITH_API_KEY: 'right' }));

    const fault: unknown = await reachModels(options, SIGNAL).catch((error: unknown) => error);

    expect(fault).toMatchObject({ code: 'configuration', message: expect.stringMatching(/MLE_SMITH_MODEL.*(401|404|no tool|not exist)/) as unknown });
    expect(isConfigurationFault(fault)).toBe(true);
  });

  it('are waited for where the endpoint is out of reach', async () => {
    server = await endpoint(() => ({ content: 'yes' }));
    const options = await optionsFor(settings({ MLE_SMITH_MODEL_URL: server.url }));
    await server.close();

    const fault: unknown = await reachModels(
      { ...options, retries: { tries: 1, rateTries: 1, firstWaitMs: 1, longestWaitMs: 1, totalMs: 1_000 } },
      SIGNAL,
    ).catch((error: unknown) => error);

    expect({ waits: isInfrastructureFault(fault), ends: isConfigurationFault(fault) }).toEqual({ waits: true, ends: false });
  });
});

describe('models that are to think', () => {
  it('are missed at once where their endpoint or their name is not set, and by nobody while rules think', () => {
    const wanted = { engine: 'llm', modelUrl: 'https://models.example/v1', model: ['large'] } as const;

    expect(modelFaults({ ...wanted, model: [...wanted.model] })).toEqual([]);
    expect(modelFaults({ engine: 'rules', modelUrl: undefined, model: [] })).toEqual([]);
    expect(modelFaults({ ...wanted, model: [] })).toEqual([expect.stringContaining('MLE_SMITH_MODEL')]);
    expect(modelFaults({ ...wanted, model: ['large'], modelUrl: undefined })).toEqual([expect.stringContaining('MLE_SMITH_MODEL_URL')]);
  });
});
