import { z } from 'zod';
import type { Message } from './model.ts';
import { askFor, jsonIn, type Format } from './structured.ts';
import { ScriptedModel, failing, type ScriptStep } from './testing/index.ts';

const SHAPE = z.strictObject({ target: z.string(), reason: z.string().nullable() });
const SIGNAL = new AbortController().signal;
const GOOD = '{"target":"mpg","reason":null}';

async function answered(steps: readonly ScriptStep[], formats: readonly Format[] = ['schema', 'json', 'words'], columns?: readonly string[]) {
  const model = new ScriptedModel(steps);
  const complaints = ({ target }: z.infer<typeof SHAPE>): string[] =>
    columns === undefined || columns.includes(target) ? [] : [`there is no column ${target}`];
  const said: Message[] = [{ role: 'user', content: 'Which?' }];
  const result = await askFor(model, said, { name: 'choice', shape: SHAPE, complaints }, { formats, maxTokens: 50 }, SIGNAL).catch(
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );
  model.done();
  return { result, calls: model.calls, said };
}

describe('an answer of a shape', () => {
  it('is asked for by a strict schema where the endpoint keeps to one', async () => {
    const { result, calls } = await answered([GOOD]);

    expect(result).toEqual({ target: 'mpg', reason: null });
    expect(calls[0]?.format).toMatchObject({ kind: 'schema', name: 'choice', schema: { required: ['target', 'reason'], additionalProperties: false } });
  });

  it('is asked for in the next form where the endpoint does not take one, and the schema is told in words then', async () => {
    const { result, calls } = await answered([failing('config'), failing('config'), `Here it is:\n\`\`\`json\n${GOOD}\n\`\`\``]);

    expect(result).toEqual({ target: 'mpg', reason: null });
    expect(calls.map((call) => call.format?.kind)).toEqual(['schema', 'json', undefined]);
    expect(calls[2]?.messages.at(-1)?.content).toContain('"required":["target","reason"]');
  });

  it('is asked for in the next form where the endpoint takes one and does not keep to it', async () => {
    const { result, calls } = await answered(['I would say mpg.', GOOD]);

    expect(result).toEqual({ target: 'mpg', reason: null });
    expect(calls[1]?.format?.kind).toBe('json');
  });

  it('goes back with what is wrong, twice', async () => {
    const { result, calls } = await answered(['{"target":7,"reason":null}', '{"target":"speed","reason":null}', GOOD], ['schema'], ['mpg']);

    expect(result).toEqual({ target: 'mpg', reason: null });
    expect(calls[1]?.messages.at(-1)?.content).toContain('- target: Invalid input');
    expect(calls[2]?.messages.at(-1)?.content).toContain('- there is no column speed');
  });

  it('leaves all that was said about it, also in forms that were given up', async () => {
    const { said } = await answered([failing('config'), 'I would say mpg.', '{"target":7,"reason":null}', GOOD]);

    expect(said.map(({ role, content }) => [role, content.slice(0, 24)])).toEqual([
      ['user', 'Which?'],
      ['user', 'Give your answer now.'],
      ['user', 'Give your answer now, as'],
      ['assistant', 'I would say mpg.'],
      ['user', 'Give your answer now, as'],
      ['assistant', '{"target":7,"reason":nul'],
      ['user', 'The answer cannot be use'],
      ['assistant', '{"target":"mpg","reason"'],
    ]);
  });

  it.each(['['.repeat(50_000), `{"target":${'['.repeat(50_000)}${']'.repeat(50_000)},"reason":null}`])(
    'that lies too deep to be walked through goes back like any other',
    async (deep) => {
      const { result, calls } = await answered([deep, GOOD], ['words']);

      expect(result).toEqual({ target: 'mpg', reason: null });
      expect(calls[1]?.messages.at(-1)?.content).toContain('lie more than 64 deep');
    },
  );

  it('is given up after two repairs', async () => {
    const { result } = await answered(['{}', '{}', '{}'], ['words']);

    expect(result).toContain('answer_unusable: the answer choice does not fit after 2 repairs: - target');
  });

  it('does not hide a fault of the endpoint', async () => {
    expect((await answered([failing('auth')])).result).toBe('auth: the endpoint: auth');
  });
});

describe('the JSON of a reply', () => {
  it.each([
    ['alone', GOOD],
    ['in the last of several blocks', '```json\n{"target":"old"}\n```\nBetter:\n```json\n' + GOOD + '\n```'],
    ['in a sentence', `The answer is ${GOOD}, I think.`],
    ['with spaces round it', `\n ${GOOD}\n`],
  ])('is found %s', (_, content) => {
    expect(jsonIn(content)?.value).toMatchObject({ target: 'mpg' });
  });

  it.each(['', 'no', '{"target":', '```json\n{\n```'])('is not found in %j', (content) => {
    expect(jsonIn(content)).toBeUndefined();
  });
});
