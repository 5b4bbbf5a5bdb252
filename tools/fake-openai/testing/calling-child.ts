/** Calls the endpoint of the first argument as often as the second says, prints how each call ended, and has nothing else to do. */
import { OpenAiModel } from '@mle-smith/adapter-openai';
import { ModelError } from '@mle-smith/agent';

const [baseUrl = '', times = '0'] = process.argv.slice(2);
const model = new OpenAiModel({ baseUrl, model: 'small' });
for (let call = 0; call < Number(times); call += 1) {
  const ended = await model.complete({ messages: [{ role: 'user', content: 'How many?' }], maxTokens: 10 }, AbortSignal.timeout(300_000)).then(
    ({ content }) => content,
    (error: unknown) => (error instanceof ModelError ? error.code : String(error)),
  );
  console.log(ended);
}
