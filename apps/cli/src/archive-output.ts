import type { Spent } from '@mle-smith/agent';
import type { AuditReport, FunnelReport, SubjectRow } from '@mle-smith/contracts';
import { escapeTerminal } from './report/escape.ts';
import { STARTER_NOTE, stateText } from './state-text.ts';
import { funnelText } from './summary.ts';
import { timelineText, type Shown } from './timeline.ts';

/** What `status` prints: the funnel, and what is still open. */
export function statusOutput({ funnel, open }: FunnelReport, json: boolean): string {
  if (json) return `${JSON.stringify({ funnel, open })}\n`;
  return `${funnelText(funnel)}\n${Object.entries(open)
    .map(([state, count]) => `  ${String(count).padStart(4)} in ${state}\n`)
    .join('')}`;
}

/** What `list` prints: each dataset with its tasks below it. */
export function listOutput(rows: readonly SubjectRow[], json: boolean): string {
  const sorted = rows.toSorted((one, other) => (`${one.dataset} ${one.kind}` < `${other.dataset} ${other.kind}` ? -1 : 1));
  if (json) return `${JSON.stringify(sorted)}\n`;
  const lines = sorted.map((row) => `${escapeTerminal(`${row.kind === 'task' ? '  ' : ''}${row.id}`).padEnd(50)} ${escapeTerminal(stateText(row))}\n`);
  return `${lines.join('')}${sorted.some(({ difficulty }) => difficulty === 'starter') ? `\n${STARTER_NOTE}\n` : ''}`;
}

/** What `show` prints: the timeline of one dataset or task. */
export function showOutput(
  shown: Omit<Shown, 'seconds' | 'spent'> & { readonly cost: Spent & { readonly seconds: number; readonly byAgent: Readonly<Record<string, Spent>> } },
  json: boolean,
): string {
  const { record, difficulty, agent, findings, history, cost } = shown;
  if (!json) return timelineText({ ...shown, seconds: cost.seconds, spent: cost });
  return `${JSON.stringify({ ...record, ...(difficulty === undefined ? {} : { difficulty }), ...(agent === undefined ? {} : { agent }), findings, history, cost })}\n`;
}

/** What `audit` prints: every broken invariant. */
export function auditOutput(violations: AuditReport['violations'], json: boolean): string {
  if (json) return `${JSON.stringify({ clean: violations.length === 0, violations })}\n`;
  if (violations.length === 0) return 'clean: every invariant holds\n';
  return violations.map((violation) => `${violation.code}  ${escapeTerminal(violation.subject)}  ${escapeTerminal(violation.message)}\n`).join('');
}
