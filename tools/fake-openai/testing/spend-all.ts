import { OpenAiModel } from '@mle-smith/adapter-openai';
import { AdaptiveLimit, modelAt, type CallPlace, type ModelsOptions, type Usage } from '@mle-smith/agent';
import { startFakeOpenAi, type FakeOpenAi } from '../fake-openai.ts';

/** Dollars for a million tokens of the model that is asked. */
export const PRICES = { scripted: { input: 2, output: 8 } };
export const CALLERS = 50;

type Tokens = Pick<Usage, 'input' | 'output'>;

/** What a call costs, in millionths of a dollar. */
export function costOfOne(usage: Tokens): number {
  return usage.input * PRICES.scripted.input + usage.output * PRICES.scripted.output;
}

export interface Callers {
  /** What the endpoint says each call took. */
  readonly usage: Tokens;
  /** What is asked of whom by a caller, from 0 on; the endpoint and prices are those of all. */
  readonly of: (number: number) => Pick<ModelsOptions, 'store' | 'book' | 'limits'> & Partial<Pick<ModelsOptions, 'concurrency'>>;
  readonly placeOf: (number: number) => CallPlace;
}

/** Lets fifty callers ask one endpoint, each until something ends it: the codes of what did, and the endpoint, which is closed. */
export async function spendAll({ usage, of, placeOf }: Callers): Promise<{ ends: string[]; endpoint: FakeOpenAi }> {
  const endpoint = await startFakeOpenAi({ script: () => ({ content: 'ok', usage }), latencyMs: 20 });
  const model = new OpenAiModel({ baseUrl: endpoint.url, model: 'scripted' });
  const concurrency = new AdaptiveLimit(CALLERS);
  const caller = async (number: number): Promise<string> => {
    const own = modelAt({ identity: model.identity, model, concurrency, prices: PRICES, ...of(number) }, placeOf(number));
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
    return { ends: await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number))), endpoint };
  } finally {
    await endpoint.close();
  }
}
