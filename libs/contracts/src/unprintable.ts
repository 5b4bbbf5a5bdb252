/** Letters that drive a terminal, forge lines, turn the direction of text, or that nobody sees. Those that join letters of a word stay. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** The text with `told` of each letter in place of what would be obeyed or seen by nobody where it is shown. */
export function escapeUnprintable(text: string, told: (letter: string) => string): string {
  return text.replace(UNPRINTABLE, told);
}
