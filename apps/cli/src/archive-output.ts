import type { AuditReport, Costs, FunnelReport, OpenSubject, RunReport, SubjectRow } from '@mle-smith/contracts';
import { verifiedCostLines, workLines } from './cost-text.ts';
import { presentText } from './present-text.ts';
import { escapeTerminal } from './report/escape.ts';
import { modelLines } from './spent-of-run.ts';
import { STARTER_NOTE, stateText } from './state-text.ts';
import { funnelText } from './summary.ts';
import { timelineText, type Shown } from './timeline.ts';

/** What is told of a run or a server as a whole. */
export interface Status extends FunnelReport {
  readonly oldest: readonly OpenSubject[];
  readonly costs: Pick<Costs, 'verified' | 'byStage' | 'perVerifiedTask'>;
  readonly models?: RunReport['models'] | undefined;
  /** The run directory, where nothing is at work in it. */
  readonly rest?: string | undefined;
  /** ms since the epoch. */
  readonly now: number;
}

/** What `status` prints: the funnel, what is still open and what of it waits longest, what models took, what verified tasks themselves cost, and all work for each of them. */
export function statusOutput({ funnel, open, oldest, costs: { verified, byStage, perVerifiedTask }, models, rest, now }: Status, json: boolean): string {
  if (json)
    return `${JSON.stringify({ funnel, open, oldest, ...(models === undefined ? {} : { models: { ...models, now: undefined } }), verified, byStage, perVerifiedTask })}\n`;
  const spent = models === undefined ? [] : modelLines({ all: models.all, byAgent: models.byAgent, byModel: models.byModel ?? {} });
  const lines = [
    funnelText(funnel),
    ...Object.entries(open).map(([state, count]) => `  ${String(count).padStart(4)} in ${state}`),
    ...(rest === undefined || Object.keys(open).length === 0 ? [] : [`nothing is at work here; \`mle-smith run --out ${rest}\` goes on`]),
    ...(oldest.length === 0 ? [] : ['without a step for longest:', ...oldest.map(({ id, present }) => `  ${id.padEnd(44)} ${presentText(present, now)}`)]),
    ...spent,
    ...verifiedCostLines(verified),
    ...workLines({ byStage, perVerifiedTask }),
  ];
  return `${lines.map(escapeTerminal).join('\n')}\n`;
}

/** What `list` prints: each dataset with its tasks below it. */
export function listOutput(rows: readonly SubjectRow[], json: boolean): string {
  const sorted = rows.toSorted((one, other) => (`${one.dataset} ${one.kind}` < `${other.dataset} ${other.kind}` ? -1 : 1));
  if (json) return `${JSON.stringify(sorted)}\n`;
  const lines = sorted.map((row) => `${escapeTerminal(`${row.kind === 'task' ? '  ' : ''}${row.id}`).padEnd(50)} ${escapeTerminal(stateText(row))}\n`);
  return `${lines.join('')}${sorted.some(({ difficulty }) => difficulty === 'starter') ? `\n${STARTER_NOTE}\n` : ''}`;
}

/** What `show` prints: the timeline of one dataset or task. */
export function showOutput(shown: Shown, json: boolean): string {
  const { record, present, difficulty, agent, findings, unreadable = [], history, earlier = 0, cost, transcripts } = shown;
  if (!json) return timelineText(shown);
  return `${JSON.stringify({ ...record, ...(present === undefined ? {} : { present }), ...(difficulty === undefined ? {} : { difficulty }), ...(agent === undefined ? {} : { agent }), findings, ...(unreadable.length === 0 ? {} : { unreadable }), history, ...(earlier === 0 ? {} : { earlier }), cost, ...(transcripts === undefined ? {} : { transcripts }) })}\n`;
}

/** What `audit` prints: every broken invariant. */
export function auditOutput(violations: AuditReport['violations'], json: boolean): string {
  if (json) return `${JSON.stringify({ clean: violations.length === 0, violations })}\n`;
  if (violations.length === 0) return 'clean: every invariant holds\n';
  return violations.map((violation) => `${violation.code}  ${escapeTerminal(violation.subject)}  ${escapeTerminal(violation.message)}\n`).join('');
}
