const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Characters that drive a terminal, forge lines, turn the direction of text, or are seen by nobody. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Makes untrusted text inert in HTML text and attributes; control characters become `\xNN`. */
export function escapeHtml(text: string): string {
  return escapeTerminal(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Makes untrusted text inert in a terminal or log line: control characters become `\xNN`, one line stays one line. */
export function escapeTerminal(text: string): string {
  return text.replace(CONTROLS, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}
