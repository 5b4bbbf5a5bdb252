import { LONGEST_TEXT, boundedText, plainData } from './plain-data.ts';

describe('data of a line', () => {
  it('holds texts of at most 2 KiB and says what was cut off', () => {
    const text = boundedText('x'.repeat(5_000));

    expect(text.startsWith('x'.repeat(LONGEST_TEXT))).toBe(true);
    expect(text).toContain('2952 characters more');
    expect(boundedText('short')).toBe('short');
  });

  it('holds errors by name, code, message and causes, without a stack', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

    const data = plainData(new TypeError('cannot reach the store', { cause }));

    expect(data).toEqual({ name: 'TypeError', message: 'cannot reach the store', cause: { name: 'Error', code: 'ECONNREFUSED', message: 'refused' } });
  });

  it('ends with cycles, deep and wide things, and bytes', () => {
    const round: Record<string, unknown> = { bytes: Buffer.from('secret bytes'), many: Array.from({ length: 100 }, (_, place) => place) };
    round['round'] = round;

    const text = JSON.stringify(plainData(round));

    expect(text).toContain('[12 bytes]');
    expect(text).toContain('… 68 more');
    expect(text).toContain('[deeper]');
    expect(text.length).toBeLessThan(5_000);
  });
});
