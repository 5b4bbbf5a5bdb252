/** Letters that nobody sees: control characters, marks that turn text round, fillers, tags, separators of lines that editors do not show, halves of characters. */
const UNSEEN = String.raw`[^\P{Cc}\n\t\r]|\r(?!\n)|\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]|\p{Cs}`;
/** Those of them that scripts and emoji need: a joiner between letters beyond ASCII, a form of the letter before it. */
const NEEDED = String.raw`(?<=(?![\0-\x7f])[\p{L}\p{M}\p{S}])[\u200c\u200d](?=(?![\0-\x7f])[\p{L}\p{M}\p{S}])|(?<=[\p{L}\p{S}\p{N}#*])[\ufe00-\ufe0f]|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]`;
const HIDDEN = new RegExp(`(?!${NEEDED})(?:${UNSEEN})`, 'gu');

/** Markup that hides something, loads something or does something where a text is shown as a page. */
const ACTIVE =
  /<!--|<(?=\/?(?:script|i?frame|object|embed|applet|img|svg|math|link|meta|style|base|form|video|audio|template|noscript)\b)|<(?=[a-z][^<>]*\son[a-z]+\s*=)|\b(?:java|vb)script:(?=\S)|\bdata:text\/html/gi;
/** Markdown shows these as they are. */
const CODE = /`[^`\n]*`/g;
const MOST_NAMED = 10;

/** Letters of a text or program that nobody sees, each once, as `U+202E`; empty where there are none. */
export function hiddenLetters(text: string): string[] {
  return distinct([...text.matchAll(HIDDEN)].map(([letter]) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`));
}

/** Markup of a text that does not only set words; empty where there is none. */
export function activeMarkup(text: string): string[] {
  const shown = text.replace(CODE, '');
  return distinct([...shown.matchAll(ACTIVE)].map(({ index }) => shown.slice(index, index + 12).split(/[\s>]/)[0] ?? ''));
}

/** What keeps a text from being what its reader sees, for a finding. */
export function textFaults(text: string): string[] {
  return [...hiddenLetters(text), ...activeMarkup(text)];
}

/** Code, which stays, or what does something. */
const CODE_OR_ACTIVE = new RegExp(`${CODE.source}|${ACTIVE.source}`, 'gi');

/** The same words without what `textFaults` finds, for texts that are made of names and notes of strangers. */
export function faultless(text: string): string {
  return text
    .replace(HIDDEN, '')
    .replace(CODE_OR_ACTIVE, (mark) => (mark.startsWith('`') ? mark : mark.startsWith('<') ? `< ${mark.slice(1)}` : mark.replace(':', ' :')));
}

function distinct(found: readonly string[]): string[] {
  return [...new Set(found)].slice(0, MOST_NAMED);
}
