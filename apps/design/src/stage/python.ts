/** A Python literal of a plain value. */
export function python(value: string | number | boolean | null | readonly string[]): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return `[${value.map((entry) => python(entry)).join(', ')}]`;
  return JSON.stringify(value);
}

/** Text that can stand in a one-line comment or between docstring quotes. */
export function plainText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/["\\]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}
