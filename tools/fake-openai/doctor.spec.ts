import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import { agentsScript } from './testing/agents-script.ts';
import { KEY, runSmith, writeOrchard } from './testing/run-smith.ts';

describe('an endpoint before anything is paid', () => {
  let folder: string;
  let server: FakeOpenAi;
  let dataset: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    dataset = await writeOrchard(join(folder, 'orchard'));
    server = await startFakeOpenAi({ script: agentsScript([]), apiKey: KEY, profile: 'short-replies', models: ['large', 'small'] });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is asked for replies as long as agents want them, each of its models once', async () => {
    const prices = join(folder, 'prices.json');
    await writeFile(prices, '{"large":{"input":2.5,"output":10}}');

    const { code, stdout } = await runSmith('doctor', '--llm', '--base-url', server.url, '--model', 'large', '--model', 'judges=small', '--prices', prices);

    expect({ code, calls: server.calls.filter(({ answer }) => answer === 'reply').map(({ request }) => request.model) }).toEqual({
      code: 0,
      calls: ['large', 'large', 'large', 'small', 'small', 'small'],
    });
    expect(stdout).toContain('replies: up to 4096 tokens may be asked for; 16000 were refused\n');
    expect(stdout).toContain('price: $2.5 in and $10 out for a million tokens\n');
    expect(stdout).toContain('to do: the price table does not have the model by this name: add "small", or give budgets in tokens\n');
  }, 30_000);

  it.each([
    [['--model', 'large', '--budget', 'call=20000tokens'], 'the budget call=20000tokens has no room for one call of the agent designer'],
    [['--model', 'large', '--budget', '5usd'], 'the budget 5usd is in dollars, and the price of the model is not known [model=large]'],
    [['--model', 'large', '--model', 'reviewer=small'], 'A model reads NAME for all agents, or AGENT=NAME'],
  ])(
    'is not asked where %j cannot be',
    async (options, said) => {
      const asked = server.calls.length;

      const { code, stderr } = await runSmith('run', dataset, '--out', join(folder, 'out'), '--engine', 'llm', '--base-url', server.url, ...options);

      expect({ code, stderr, asked: server.calls.length }).toEqual({ code: 2, stderr: expect.stringContaining(said) as unknown, asked });
    },
    30_000,
  );
});
