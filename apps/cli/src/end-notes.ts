import { REASON_CODES, type ReasonCode } from '@mle-smith/contracts';

/** Ends that say nothing about the dataset's folder: what thinks, the machine or a person brought them about. */
const NOT_OF_THE_FOLDER: ReadonlySet<string> = new Set<ReasonCode>([
  'agent_failed',
  'review_error',
  'replay_miss',
  'budget_exceeded',
  'unsandboxed_refused',
  'infra_exhausted',
  'platform_error',
  'cancelled',
  'stuck',
]);

/** What an end means and what can be done, by its reason code; of a dataset or of a task. */
export function endNote(kind: 'dataset' | 'task', code: string): string {
  const known = Object.hasOwn(REASON_CODES, code) ? `${code}: ${REASON_CODES[code as ReasonCode]}` : `${code}.`;
  if (NOT_OF_THE_FOLDER.has(code)) return `${known} What ended stays so in its --out; another --out begins anew.`;
  return kind === 'dataset' ? `${known} Mend its folder and run it with another --out.` : known;
}

/** The notes on several ends, each once. */
export function endNotes(ended: readonly { readonly kind: 'dataset' | 'task'; readonly code?: string | undefined }[]): string[] {
  return [...new Set(ended.flatMap(({ kind, code }) => (code === undefined ? [] : [endNote(kind, code)])))];
}
