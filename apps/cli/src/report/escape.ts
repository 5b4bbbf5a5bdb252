import { escapeUnprintable } from '@mle-smith/contracts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Makes untrusted text inert in HTML text and attributes; control characters become `\xNN`. */
export function escapeHtml(text: string): string {
  return escapeTerminal(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Makes untrusted text inert in a terminal or log line: control characters become `\xNN`, one line stays one line. */
export function escapeTerminal(text: string): string {
  return escapeUnprintable(text, (letter) => `\\x${(letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}
