import { spentText, type Spent } from '@mle-smith/agent';
import type { AgentTrial, Difficulty, Finding } from '@mle-smith/contracts';
import type { HistoryRow, SubjectRecord } from '@mle-smith/stage-runtime';
import { findingText } from '@mle-smith/task';
import { agentText } from './agent-text.ts';
import { endNotes } from './end-notes.ts';
import { escapeTerminal } from './report/escape.ts';
import { agentLines } from './spent-of-run.ts';
import { STARTER_NOTE, stateText } from './state-text.ts';

/** What is shown of one dataset or task. */
export interface Shown {
  readonly record: Pick<SubjectRecord, 'id' | 'state' | 'code' | 'message'>;
  readonly difficulty: Difficulty | undefined;
  readonly history: readonly HistoryRow[];
  readonly findings: readonly Finding[];
  readonly seconds: number;
  readonly spent: Spent;
  readonly byAgent?: Readonly<Record<string, Spent>> | undefined;
  /** Files that hold what agents said, by the document. */
  readonly transcripts?: Readonly<Record<string, string>> | undefined;
  /** What the agent that solves tasks reached, where one did. */
  readonly agent?: AgentTrial | undefined;
}

/** The timeline of one dataset or task for a person: where it stands and why, each step, the findings, the cost. */
export function timelineText({ record, difficulty, history, findings, seconds, spent, byAgent = {}, transcripts = {}, agent }: Shown): string {
  const lines = history.map(
    (row) =>
      `${row.at}  generation ${row.generation}  attempt ${row.attempt}  ${(row.stage ?? '').padEnd(15)} ${row.outcome.padEnd(9)} ${row.from} → ${row.to}  ${((row.durationMs ?? 0) / 1000).toFixed(2)} s${row.message === undefined ? '' : `\n    ${row.message}`}`,
  );
  return `${[
    `${record.id}: ${stateText({ ...record, difficulty })}${record.message === undefined ? '' : `: ${record.message}`}`,
    ...(difficulty === 'starter' ? [STARTER_NOTE] : []),
    ...endNotes([{ kind: record.state.startsWith('dataset.') ? 'dataset' : 'task', code: record.code }]),
    ...lines,
    ...(findings.length === 0 ? [] : ['findings:', ...findings.map((finding) => `  ${finding.severity.padEnd(5)}  ${findingText(finding)}`)]),
    ...(agent === undefined ? [] : [agentText(agent)]),
    ...Object.entries(transcripts).map(([name, file]) => `${name}: ${file}`),
    `cost: ${seconds.toFixed(2)} s of processing, ${spentText(spent)}`,
    ...agentLines(byAgent),
  ]
    .flatMap((line) => line.split('\n'))
    .map(escapeTerminal)
    .join('\n')}\n`;
}
