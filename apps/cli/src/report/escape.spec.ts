import { escapeHtml, escapeTerminal } from './escape.ts';

describe('escaping untrusted text', () => {
  it('tells letters that nobody sees by their numbers', () => {
    expect(escapeTerminal('a\u200bb\u200f\u061c\u2066\u{e0041}\ufeff')).toBe('a\\x200bb\\x200f\\x61c\\x2066\\xe0041\\xfeff');
  });

  it('leaves no markup alive in HTML', () => {
    const escaped = escapeHtml(`<img src=x onerror="alert('1')">&`);

    expect(escaped).toBe('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
  });

  it('keeps a hostile name on one line and without terminal commands', () => {
    const escaped = escapeTerminal('a\u001b[2J\nforged line\u202e\u0007');

    expect(escaped).toBe('a\\x1b[2J\\x0aforged line\\x202e\\x07');
  });
});
