import { hiddenSecrets } from './hidden-secrets.ts';
import { plainText } from './plain-text.ts';

describe('a text of the endpoint', () => {
  test('becomes one line of visible characters', () => {
    expect(plainText((text) => text)(' first\r\n\tsecond\u001b[31m\u0000\u202ethird\u2028 ')).toBe('first second [31m third');
  });

  test('is bounded', () => {
    expect(plainText((text) => text)('x'.repeat(100_000))).toBe(`${'x'.repeat(300)}…`);
  });

  test('loses secrets, also those that the bound would cut', () => {
    const plain = plainText(hiddenSecrets(['k/1+"2']).inMessages);

    expect(plain('key k/1+"2, k%2F1%2B%222, k/1+\\"2')).toBe('key [redacted], [redacted], [redacted]');
    expect(plain(`${'x'.repeat(298)}k/1+"2`)).not.toContain('k/');
  });
});
