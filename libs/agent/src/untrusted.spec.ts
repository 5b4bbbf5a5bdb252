import fc from 'fast-check';
import { untrusted } from './untrusted.ts';

describe('untrusted text', () => {
  it('stands between marks that it cannot hold itself, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (label, text) => {
        const block = untrusted(label, text);
        const [, mark] = /^<data-([0-9a-f]{16}) of="[^"<>\n]*">\n/.exec(block) ?? [];
        expect(mark).toBeDefined();
        expect(block.split(`data-${mark}`)).toHaveLength(3);
        expect(block.endsWith(`\n</data-${mark}>`)).toBe(true);
      }),
    );
  });

  it('holds no control characters, no marks that turn text round and no hidden letters', () => {
    const block = untrusted('cell', 'a\u0000\u001b[31mb\u202ec\u200bd\u{e0041}e\r\nf\tg');

    expect(block).toContain('\na[31mbcde\nf\tg\n');
  });

  it('is cut with a note where it is long', () => {
    expect(untrusted('log', 'x'.repeat(500), 100)).toContain(`${'x'.repeat(100)}\n[400 characters are left out]`);
  });

  it('gives equal marks to equal text, so that equal runs ask alike', () => {
    expect(untrusted('a', 'same')).toBe(untrusted('a', 'same'));
  });
});
