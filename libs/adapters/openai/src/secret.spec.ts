import { inspect } from 'node:util';
import { Secret, SecretError } from './secret.ts';

describe('a secret', () => {
  test('is shown nowhere and revealed where it is asked for', () => {
    const secret = new Secret('sk-5f2a');

    const shown = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })].join(' ');

    expect(shown).not.toContain('5f2a');
    expect(shown.match(/\[redacted\]/g)).toHaveLength(4);
    expect(secret.reveal()).toBe('sk-5f2a');
  });

  test.each(['', 'sk-5f2a\n', ' sk-5f2a', 'sk\u0000-5f2a', 'schlüssel-5f2a'])('%j cannot stand in a header and is refused without being told', (text) => {
    const make = () => new Secret(text);

    expect(make).toThrow(SecretError);
    expect(make).not.toThrow(/5f2a/);
  });
});
