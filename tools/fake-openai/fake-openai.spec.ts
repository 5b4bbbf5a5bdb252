import { startFakeOpenAi, type FakeOpenAi, type FakeOpenAiOptions } from './fake-openai.ts';
import { FAULTS } from './fault-table.ts';
import { scriptOfRules } from './script-file.ts';
import { looseParts } from './strict-schema.ts';

const SCHEMA = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'], additionalProperties: false };
const STRICT = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: SCHEMA } };

let server: FakeOpenAi | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: FakeOpenAiOptions): Promise<FakeOpenAi> {
  return (server = await startFakeOpenAi(options));
}

async function post(more: object = {}, { system = 'You answer.', headers = {} } = {}) {
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: 'How many?' },
  ];
  const response = await fetch(`${server?.url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ model: 'small', messages, ...more }) });
  const body = (await response.json()) as { choices?: { message: { content: string } }[]; error?: { message: string } };
  return { status: response.status, text: body.choices?.[0]?.message.content ?? body.error?.message };
}

describe('the fake server', () => {
  test('goes through a list of steps, keeps the calls, and says what was too much or too little', async () => {
    const { calls, problems, remaining } = await start({ script: [{ content: 'one' }, { content: 'two' }] });

    expect([await post(), remaining()]).toEqual([{ status: 200, text: 'one' }, 1]);
    expect([await post(), remaining()]).toEqual([{ status: 200, text: 'two' }, 0]);
    expect(await post()).toEqual({ status: 500, text: 'the script has 2 steps and none for call 3' });
    expect(problems).toEqual(['the script has 2 steps and none for call 3']);
    expect(calls.map(({ number, answer }) => [number, answer])).toEqual([
      [1, 'reply'],
      [2, 'reply'],
      [3, undefined],
    ]);
  });

  test('counts the tokens of replies, and of nothing else', async () => {
    const { counted } = await start({ script: [{ content: 'one', usage: { input: 10, output: 2 } }, { fault: 'rate' }, { fault: 'length' }] });

    for (let call = 0; call < 3; call += 1) await post();

    expect(server?.calls.map((call) => call.counted)).toEqual([{ input: 10, output: 2 }, undefined, expect.anything()]);
    expect(counted().input).toBeGreaterThan(10);
  });

  test('lets a function of the request and the number of the call answer', async () => {
    await start({ script: ({ messages }, number) => ({ content: `${messages[0]?.content} ${number}` }) });

    expect([await post(), await post({}, { system: 'You judge.' })].map(({ text }) => text)).toEqual(['You answer. 1', 'You judge. 2']);
  });

  test('knows its key and its models', async () => {
    await start({ script: () => ({ content: 'ok' }), apiKey: 'k', models: ['small'] });
    const headers = { authorization: 'Bearer k' };

    expect([(await post()).status, (await post({}, { headers })).status, (await post({ model: 'large' }, { headers })).status]).toEqual([401, 200, 404]);
    expect(await (await fetch(`${server?.url}/models`)).json()).toMatchObject({ data: [{ id: 'small' }] });
  });

  test('is strict about schemas: no answer that does not fit one, and no schema that is loose', async () => {
    const { problems } = await start({ script: [{ json: { answer: 'three' } }, { json: { answer: 3 } }] });

    expect((await post({ response_format: STRICT })).status).toBe(500);
    expect(problems[0]).toContain('does not fit the schema');
    expect(await post({ response_format: STRICT })).toEqual({ status: 200, text: '{"answer":3}' });
    expect((await post({ response_format: { type: 'json_schema', json_schema: { schema: { type: 'object', properties: { a: {} } } } } })).status).toBe(400);
    expect((await post({ response_format: { type: 'json_object' } })).status).toBe(400);
  });

  test('refuses what vLLM refuses', async () => {
    await start({ script: () => ({ content: 'ok' }), profile: 'vllm' });
    const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }];

    expect(
      [await post({ tools, response_format: STRICT }), await post({ tools, tool_choice: 'required' }), await post({ tools })].map(({ status }) => status),
    ).toEqual([400, 400, 200]);
  });

  test('tells how many calls it answered at once', async () => {
    let come = 0;
    let all = () => {};
    const together = new Promise<void>((resolve) => (all = resolve));
    const { mostAtOnce } = await start({
      script: async () => {
        if ((come += 1) === 4) all();
        await together;
        return { content: 'ok' };
      },
    });

    await Promise.all([1, 2, 3, 4].map(() => post()));

    expect(mostAtOnce()).toBe(4);
  });
});

describe('a script of rules', () => {
  test('answers by the first rule that holds and has a step left', async () => {
    const rules = [
      { system: 'judge', steps: [{ content: 'fair' }, { fault: 'quota' }], repeat: true },
      { last: 'How many', steps: [{ content: 'three' }] },
    ];
    await start({ script: scriptOfRules({ rules }) });
    const judge = { system: 'You judge.' };

    expect(
      [await post({}, judge), await post(), await post({}, judge), await post({}, judge)].map(({ status, text }) => (status === 200 ? text : status)),
    ).toEqual(['fair', 'three', 429, 429]);
    expect((await post()).status).toBe(500);
  });

  test.each([
    {},
    { rules: [] },
    { rules: [{ steps: [] }] },
    { rules: [{ steps: [{ fault: 'unheard-of' }] }] },
    { rules: [{ steps: [{ contents: 'a slip' }] }] },
  ])('%j is none', (value) => {
    expect(() => scriptOfRules(value)).toThrow();
  });
});

describe('a strict schema', () => {
  test('names every key as required and allows no others, at every depth', () => {
    const inner = { type: 'object', properties: { a: {} }, required: [], additionalProperties: false };

    expect(looseParts(SCHEMA)).toEqual([]);
    expect(looseParts({ type: 'array', items: inner })).toHaveLength(1);
    expect(looseParts({ anyOf: [SCHEMA, { ...SCHEMA, additionalProperties: true }] })).toHaveLength(1);
  });
});

test('every fault says what it is', () => {
  expect(Object.values(FAULTS).filter(({ meaning }) => meaning.length < 3)).toEqual([]);
});
