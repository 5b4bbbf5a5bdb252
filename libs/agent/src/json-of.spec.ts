import { jsonOf, MOST_LEVELS } from './json-of.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('JSON of a model', () => {
  it.each([MOST_LEVELS, MOST_LEVELS + 1, 50_000])('that lies %i deep is taken only where it can be walked through', (levels) => {
    expect(jsonOf(nested(levels)) !== undefined).toBe(levels <= MOST_LEVELS);
  });

  it.each(['"['.repeat(1), `{"text": "${'['.repeat(500)} \\" ${'{'.repeat(500)} \\\\", "rest": []}`, `[${'[],'.repeat(500)}[]]`])(
    'may hold brackets in texts and beside each other: %#',
    (text) => {
      expect(jsonOf(text)?.value).toEqual(text.length < 10 ? undefined : JSON.parse(text));
    },
  );

  it('of many megabytes is read at once', () => {
    expect(jsonOf(`{"text":"${'\\"'.repeat(5_000_000)}"}`)?.value).toMatchObject({ text: expect.any(String) as unknown });
  });
});
