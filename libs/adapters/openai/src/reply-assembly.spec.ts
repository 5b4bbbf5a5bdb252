import type { ModelError, ModelReply } from '@mle-smith/agent';
import { chunkEnvelope } from './envelope.ts';
import { ReplyAssembly } from './reply-assembly.ts';

const ASKED = { requestBytes: 400, turn: 0, requested: 'small', requestId: undefined };

function assembled(chunks: readonly object[]): ModelReply | ModelError {
  const assembly = new ReplyAssembly({ plain: (text) => text, hide: (text) => text.replaceAll('sk-5f2a', '[redacted]') });
  for (const chunk of chunks) assembly.add(chunkEnvelope.parse(chunk));
  try {
    return assembly.reply(ASKED);
  } catch (error) {
    return error as ModelError;
  }
}

const text = (content: string) => ({ model: 'small-2026', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const end = (reason: string | null) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const usage = (input: unknown, output: unknown) => ({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } });

describe('a reply in pieces', () => {
  test('is put together, with the last usage that was told', () => {
    expect(assembled([text('4'), { ...text('2'), usage: { prompt_tokens: 9, completion_tokens: 1 } }, end('stop'), usage(9, 2)])).toEqual({
      content: '42',
      toolCalls: [],
      usage: { input: 9, output: 2, reported: true },
      model: 'small-2026',
    });
  });

  test.each([[[]], [[usage(-1, 2)]], [[usage('9', 2)]], [[usage(0, 0)]], [[{ choices: [], usage: null }]]])('has an estimate where the usage is %j', (more) => {
    expect(assembled([text('12345'), end('stop'), ...more])).toMatchObject({ usage: { input: 100, output: 2, reported: false } });
  });

  test('is kept without the key that an endpoint wrote into it', () => {
    const part = { id: 'call-sk-5f2a', function: { name: 'look', arguments: '{"key":"sk-' } };
    const rest = { function: { arguments: '5f2a"}' } };
    const chunks = [text('the key is sk-'), text('5f2a'), { choices: [{ delta: { tool_calls: [part] } }] }, { choices: [{ delta: { tool_calls: [rest] } }] }];

    expect(assembled([...chunks, end('stop')])).toMatchObject({
      content: 'the key is [redacted]',
      toolCalls: [{ id: 'call-[redacted]', name: 'look', arguments: '{"key":"[redacted]"}' }],
    });
  });

  test('is estimated with the thoughts that come beside the text', () => {
    expect(assembled([{ choices: [{ delta: { reasoning_content: 'x'.repeat(40) } }] }, text('12345'), end('stop')])).toMatchObject({
      content: '12345',
      usage: { output: 12 },
    });
  });

  test('may begin with an event without choices, and may name no model', () => {
    expect(
      assembled([{ choices: [], model: '', prompt_filter_results: [] }, { choices: [{ delta: { content: 'ok' }, finish_reason: 'stop' }] }]),
    ).toMatchObject({
      content: 'ok',
      model: 'small',
    });
  });

  test('is the first choice where there are several', () => {
    expect(
      assembled([
        {
          choices: [
            { index: 1, delta: { content: 'other' }, finish_reason: 'stop' },
            { index: 0, delta: { content: 'ok' }, finish_reason: 'stop' },
          ],
        },
      ]),
    ).toMatchObject({
      content: 'ok',
    });
  });

  test.each([
    ['stop', 'refused', 'refusal'],
    ['length', 'refused', 'refusal'],
    ['content_filter', 'refused', 'filtered'],
    ['length', '', 'truncated'],
    ['error', '', 'transport'],
    ['abort', '', 'transport'],
    ['moon_phase', '', 'garbage'],
    [null, '', 'transport'],
  ])('that ends with %s and the refusal "%s" is %s, with its usage', (reason, refusal, code) => {
    expect(assembled([{ choices: [{ index: 0, delta: { refusal } }] }, end(reason), usage(9, 2)])).toMatchObject({
      name: 'ModelError',
      code,
      usage: { input: 9, output: 2, reported: true },
    });
  });

  test('that calls a tool without a name is garbage', () => {
    expect(assembled([{ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } }] }, end('tool_calls')])).toMatchObject({
      code: 'garbage',
    });
  });

  test.each([{}, { choices: null }, { choices: [{ delta: { content: 5 } }] }, { choices: [{ delta: { tool_calls: 'look' } }] }, [], 'text', null])(
    'takes no piece like %j',
    (chunk) => {
      expect(chunkEnvelope.safeParse(chunk).success).toBe(false);
    },
  );
});
