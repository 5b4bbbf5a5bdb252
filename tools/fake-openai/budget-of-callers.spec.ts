import { AdaptiveLimit, LocalBudgetBook, modelAt, spentOn, type CallPlace } from '@mle-smith/agent';
import { InMemoryCallStore } from '@mle-smith/agent/testing';
import { OpenAiModel } from '@mle-smith/adapter-openai';
import { startFakeOpenAi } from './fake-openai.ts';

const DOLLAR = 1_000_000;
const PRICES = { scripted: { input: 2, output: 8 } };
const CALLERS = 50;

/** Platform LL-5. */
describe('fifty callers on a budget of one dollar', () => {
  it.each([
    ['nothing more', { input: 40, output: 450 }, 0],
    // A server that puts its own words before a prompt counts more than what was set aside.
    ['at most one call each', { input: 900, output: 450 }, CALLERS],
  ])('spend it and %s, and the ledger is the count of the server', async (_, usage, more) => {
    const ofOneCall = usage.input * PRICES.scripted.input + usage.output * PRICES.scripted.output;
    const server = await startFakeOpenAi({ script: () => ({ content: 'ok', usage }), latencyMs: 20 });
    const model = new OpenAiModel({ baseUrl: server.url, model: 'scripted' });
    const store = new InMemoryCallStore();
    const shared = {
      identity: model.identity,
      model,
      concurrency: new AdaptiveLimit(CALLERS),
      store,
      book: new LocalBudgetBook(),
      limits: { deployment: { cost: DOLLAR } },
      prices: PRICES,
    };
    const caller = async (number: number): Promise<string> => {
      const place: CallPlace = { agent: 'designer', stage: 'design', subject: `task-${number}`, dataset: 'orchard', generation: 1 };
      const own = modelAt(shared, place);
      for (let call = 0; ; call += 1) {
        const request = { messages: [{ role: 'user' as const, content: `question ${call} of ${number}` }], maxTokens: 500 };
        const end = await own.complete(request, new AbortController().signal).then(
          () => undefined,
          (error: unknown) => (error as { code: string }).code,
        );
        if (end !== undefined) return end;
      }
    };

    const ends = await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)));
    await server.close();

    const spent = spentOn(await store.list());
    const counted = server.counted();
    expect(new Set(ends)).toEqual(new Set(['budget_exceeded']));
    expect(server.mostAtOnce()).toBeGreaterThan(10);
    expect({ calls: spent.calls, input: spent.inputTokens, output: spent.outputTokens }).toEqual({ calls: server.calls.length, ...counted });
    expect(spent.usd).toBeCloseTo((server.calls.length * ofOneCall) / DOLLAR, 6);
    expect(server.calls.length * ofOneCall).toBeLessThanOrEqual(DOLLAR + more * ofOneCall);
    // A caller gives up where the most that its call may take has no room, with others' calls on their way.
    expect(server.calls.length * ofOneCall).toBeGreaterThan(DOLLAR / 2);
  });
});
