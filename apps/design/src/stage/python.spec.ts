import { plainText, python } from './python.ts';

test('a literal tells letters that nobody sees by their numbers', () => {
  expect(python({ 'a\u200fb': 'x\u{e0041}\u2028é\u009f"' })).toBe(String.raw`{"a\u200fb": "x\U000e0041\u2028é\u009f\""}`);
});

test('a comment does not hold them', () => {
  expect(plainText('rain\u202e of\u2028the\u{e0041} day')).toBe('rain of the day');
});
