/** What has a literal in Python. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Letters that nobody sees: a program tells them by their numbers. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb\u007f-\u009f]/gu;

/** A Python literal of a plain value. */
export function python(value: Plain): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((entry: Plain) => python(entry)).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, entry]) => `${python(key)}: ${python(entry as Plain)}`)
      .join(', ')}}`;
  return JSON.stringify(value).replace(UNSEEN, escaped);
}

/** Text that can stand in a one-line comment or between docstring quotes. */
export function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]+/gu, ' ')
    .replace(/["\\]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

function escaped(letter: string): string {
  const number = (letter.codePointAt(0) ?? 0).toString(16);
  return number.length > 4 ? `\\U${number.padStart(8, '0')}` : `\\u${number.padStart(4, '0')}`;
}
