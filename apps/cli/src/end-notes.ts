import { mayGoOn, REASON_CODES, type ReasonCode } from '@mle-smith/contracts';

/** What an end means and what can be done, by its reason code; of a dataset or of a task. */
export function endNote(kind: 'dataset' | 'task', code: string): string {
  const known = Object.hasOwn(REASON_CODES, code) ? `${code}: ${REASON_CODES[code as ReasonCode]}` : `${code}.`;
  if (mayGoOn(code)) return `${known} \`mle-smith retry\` gives it another try.`;
  return kind === 'dataset' ? `${known} Mend its folder and run it with another --out.` : known;
}

/** The notes on several ends, each once. */
export function endNotes(ended: readonly { readonly kind: 'dataset' | 'task'; readonly code?: string | undefined }[]): string[] {
  return [...new Set(ended.flatMap(({ kind, code }) => (code === undefined ? [] : [endNote(kind, code)])))];
}
