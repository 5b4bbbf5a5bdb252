import { ToolCallAssembly } from './tool-call-assembly.ts';
import type { ToolCallPart } from './envelope.ts';

function assembled(parts: readonly ToolCallPart[]) {
  const assembly = new ToolCallAssembly();
  for (const part of parts) assembly.add(part);
  return assembly.calls(0);
}

const ONE = { id: 'a', name: 'look', arguments: '{"file":1}' };
const TWO = { id: 'b', name: 'look', arguments: '{"file":2}' };

describe('tool calls in parts', () => {
  test.each<[string, readonly ToolCallPart[]]>([
    [
      'pieces by index, mixed',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '' } },
        { index: 1, id: 'b', function: { name: 'look', arguments: '{"fi' } },
        { index: 0, function: { arguments: '{"file":1}' } },
        { index: 1, function: { arguments: 'le":2}' } },
      ],
    ],
    [
      'the id and the name with every piece',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '{"fi' } },
        { index: 0, id: 'a', function: { name: 'look', arguments: 'le":1}' } },
        { index: 1, id: 'b', function: { name: 'look', arguments: '{"file":2}' } },
      ],
    ],
    [
      'every call with the index 0 and an id of its own',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: '{"file":1}' } },
        { index: 0, id: 'b', function: { name: 'look', arguments: '{"file":2}' } },
      ],
    ],
    [
      'no index',
      [
        { id: 'a', function: { name: 'look', arguments: '{"fi' } },
        { function: { arguments: 'le":1}' } },
        { id: 'b', function: { name: 'look', arguments: '{"file":2}' } },
      ],
    ],
    [
      'arguments that are no text',
      [
        { index: 0, id: 'a', function: { name: 'look', arguments: { file: 1 } } },
        { index: 1, id: 'b', function: { name: 'look', arguments: { file: 2 } } },
      ],
    ],
  ])('%s', (_way, parts) => {
    expect(assembled(parts)).toEqual([ONE, TWO]);
  });

  test.each([0, undefined])('without ids and with the index %s, whole calls stay apart and get ids', (index) => {
    const part = (text: string) => ({ index, function: { name: 'look', arguments: text } });

    expect(assembled([part(ONE.arguments), part(TWO.arguments)])).toEqual([
      { ...ONE, id: 'call_0_0' },
      { ...TWO, id: 'call_0_1' },
    ]);
  });

  test('an id that comes twice is replaced', () => {
    const parts = [0, 1].map((index) => ({ index, id: 'a', function: { name: 'look', arguments: '{}' } }));

    expect(assembled(parts).map(({ id }) => id)).toEqual(['a', 'call_0_1']);
  });

  test('arguments that are no JSON are kept as they were written', () => {
    expect(assembled([{ index: 0, id: 'a', function: { name: 'look', arguments: '{"file": ' } }])).toEqual([{ ...ONE, arguments: '{"file": ' }]);
  });

  test('are no reply where arguments that are no text lie too deep to be one', () => {
    const deep = JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`) as Record<string, unknown>;

    expect(() => assembled([{ index: 0, id: 'a', function: { name: 'look', arguments: deep } }])).toThrow(
      expect.objectContaining({ code: 'garbage' }) as Error,
    );
  });

  test('are no reply where there are more than any agent may make', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ index, id: `${index}`, function: { name: 'look', arguments: '{}' } }));

    expect(assembled(many(256))).toHaveLength(256);
    expect(() => assembled(many(257))).toThrow(expect.objectContaining({ code: 'garbage', message: 'the reply calls more than 256 tools' }) as Error);
  });
});
