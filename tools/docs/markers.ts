/** A text without the marks that a generated block goes between. */
export class MarkMissingError extends Error {
  readonly code = 'mark_missing';
  constructor(name: string) {
    super(`the text lacks the marks of a generated block; put them back [open=<!-- generated:${name} --> close=<!-- /generated:${name} -->]`);
    this.name = new.target.name;
  }
}

/** The text with what stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->` replaced. Throws `MarkMissingError`. */
export function withBlock(text: string, name: string, block: string): string {
  const [open, close] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new MarkMissingError(name);
  // The blank lines are those that the layout of Markdown puts there.
  return `${text.slice(0, start + open.length)}\n\n${block.trim()}\n\n${text.slice(end)}`;
}
