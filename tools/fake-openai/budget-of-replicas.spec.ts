import { MongoState, migrate } from '@mle-smith/adapter-mongo';
import { OpenAiModel } from '@mle-smith/adapter-openai';
import { accountNames, AdaptiveLimit, DEPLOYMENT, modelAt, spentOn, type CallPlace } from '@mle-smith/agent';
import { describeServer } from '@mle-smith/tools/testbed';
import { newName, withDatabase } from '../cluster/names.ts';
import { startFakeOpenAi } from './fake-openai.ts';

const PRICES = { scripted: { input: 2, output: 8 } };
const USAGE = { input: 40, output: 450 };
const OF_ONE_CALL = USAGE.input * PRICES.scripted.input + USAGE.output * PRICES.scripted.output;
const LIMIT = 200_000;
const CALLERS = 50;

await describeServer('two replicas, fifty callers, one budget', 'mongo', (server) => {
  it('spend no more than the budget, and the book is the ledger', async () => {
    const uri = withDatabase(server.address, newName());
    await migrate(uri);
    const endpoint = await startFakeOpenAi({ script: () => ({ content: 'ok', usage: USAGE }), latencyMs: 20 });
    const replicas = await Promise.all([1, 2].map(() => MongoState.open(uri)));
    const model = new OpenAiModel({ baseUrl: endpoint.url, model: 'scripted' });
    const limits = { deployment: { cost: LIMIT }, task: { cost: LIMIT / 4 } };
    const placeOf = (number: number): CallPlace => ({
      agent: 'designer',
      stage: 'design',
      subject: `task-${number % 5}`,
      dataset: 'orchard',
      generation: number,
    });
    const caller = async (number: number): Promise<string> => {
      const { calls, budgets } = replicas[number % 2] as MongoState;
      const concurrency = new AdaptiveLimit(CALLERS);
      const own = modelAt({ identity: model.identity, model, concurrency, store: calls, book: budgets, limits, prices: PRICES }, placeOf(number));
      for (let call = 0; ; call += 1) {
        const request = { messages: [{ role: 'user' as const, content: `question ${call} of ${number}` }], maxTokens: 500 };
        const end = await own.complete(request, new AbortController().signal).then(
          () => undefined,
          (error: unknown) => (error as { code: string }).code,
        );
        if (end !== undefined) return end;
      }
    };
    try {
      const ends = await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)));

      const [first, second] = replicas as [MongoState, MongoState];
      const records = await first.calls.list();
      const booked = await second.budgets.used(DEPLOYMENT);
      expect(new Set(ends)).toEqual(new Set(['budget_exceeded']));
      expect(endpoint.calls.length * OF_ONE_CALL).toBeLessThanOrEqual(LIMIT);
      expect(endpoint.calls.length).toBeGreaterThan(10);
      expect(booked).toEqual({ cost: endpoint.calls.length * OF_ONE_CALL, tokens: endpoint.calls.length * (USAGE.input + USAGE.output) });
      expect(spentOn(records).usd).toBeCloseTo(booked.cost / 1_000_000, 9);
      for (const { place, at } of records)
        for (const name of accountNames(place, at)) {
          const own = records.filter((record) => accountNames(record.place, record.at).includes(name));
          expect((await second.budgets.used(name)).cost).toBe(own.length * OF_ONE_CALL);
        }
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()));
      await endpoint.close();
    }
  });
});
