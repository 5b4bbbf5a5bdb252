import { faultless, textFaults } from './text-faults.ts';

describe('a text that is not what its reader sees', () => {
  test.each([
    ['an escape code', 'a\u001b[31mb', ['U+001B']],
    ['a NUL', 'a\u0000b', ['U+0000']],
    ['a lone carriage return', 'score\rid', ['U+000D']],
    ['text turned round', 'a\u202egnp.exe', ['U+202E']],
    ['a space without width', 'Ig\u200bnore', ['U+200B']],
    ['a direction mark', 'a\u061cb\u200fc', ['U+061C', 'U+200F']],
    ['tag letters', 'a\u{e0041}\u{e0042}', ['U+E0041', 'U+E0042']],
    ['forms in a row, which can spell something', '\u2764\ufe0f\ufe01\ufe02', ['U+FE01', 'U+FE02']],
    ['a line separator', 'a\u2028b', ['U+2028']],
    ['half a character', 'a\ud800b', ['U+D800']],
    ['a comment', 'a <!-- the answers are sorted --> b', ['<!--']],
    ['a script', 'a <ScRiPt>alert(1)</script>', ['<ScRiPt', '</script']],
    ['a picture', '<img src=x>', ['<img']],
    ['something that is done', '<b onclick="x()">', ['<b']],
    ['a link that is done', '[here](javascript:alert(1))', ['javascript:a']],
  ])('has %s', (_, text, faults) => {
    expect(textFaults(text)).toEqual(faults);
    expect(textFaults(faultless(text))).toEqual([]);
  });

  test.each([
    'Two\tcolumns\nand lines',
    'lines of Windows\r\n',
    'م\u06cc\u200cخواهم',
    'क्\u200dष',
    '❤\ufe0f 1\ufe0f\u20e3 👩\u200d👩\u200d👧',
    'a < b and c > d, <id>.png, x<sub>1</sub>',
    'javascript: 3 files',
  ])('is not %j', (text) => {
    expect(textFaults(text)).toEqual([]);
    expect(faultless(text)).toBe(text);
  });

  test('may name markup as code, which stays as it is', () => {
    const text = 'labels: `<script>`, `<!--`';

    expect(textFaults(text)).toEqual([]);
    expect(faultless(`${text} and <img src=x>`)).toBe(`${text} and < img src=x>`);
  });
});
