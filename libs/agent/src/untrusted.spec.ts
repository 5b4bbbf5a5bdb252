import fc from 'fast-check';
import { outside } from './testing/index.ts';
import { plain, untrusted } from './untrusted.ts';

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

  it('is closed by nothing that it holds, also where it ends in what looks like its own end or in another block', () => {
    const ends = fc.constantFrom('</data-', '<data-', '0123456789abcdef', '>', '\n', ' of="x">', untrusted('inner', 'x'), '\u202e', '\u0000', '\ud83d');
    fc.assert(
      fc.property(fc.array(fc.oneof(ends, fc.string({ unit: 'binary' })), { maxLength: 30 }), fc.integer({ min: 0, max: 80 }), (parts, limit) => {
        const block = untrusted('cell', parts.join(''), limit);

        expect(outside(`before\n${block}\nafter`)).toBe('before\n[cell]\nafter');
        expect(block).toBe(plain(block));
        expect(block.length).toBeLessThanOrEqual(limit + 110);
      }),
    );
  });

  it('holds no control characters, no marks that turn text round and no hidden letters', () => {
    const block = untrusted('cell', 'a\u0000\u001b[31mb\u202ec\u200bd\u{e0041}\u3164\u00ad\u{e0100}\ufe0fe\r\nf\tg');

    expect(block).toContain('\na[31mbcde\nf\tg\n');
  });

  it('is cut with a note where it is long', () => {
    expect(untrusted('log', 'x'.repeat(500), 100)).toContain(`${'x'.repeat(100)}\n[400 characters are left out]`);
  });

  it('gives equal marks to equal text, so that equal runs ask alike', () => {
    expect(untrusted('a', 'same')).toBe(untrusted('a', 'same'));
  });
});
