import type { Funnel, RunReport } from '@mle-smith/contracts';
import { endNotes } from './end-notes.ts';
import { escapeTerminal } from './report/escape.ts';
import { modelLines } from './spent-of-run.ts';
import { STARTER_NOTE } from './state-text.ts';

/** The end of a run for a person. */
export function summaryText(report: RunReport, folders: { tasks: string; report: string }): string {
  const tasks = report.tasks.map((task) => `  ${task.state.padEnd(9)}  ${task.id.padEnd(44)} ${task.code ?? noteOf(task)}`.trimEnd());
  const refused = report.datasets
    .filter((dataset) => dataset.state === 'refused')
    .map((dataset) => `  refused    ${dataset.id.padEnd(44)} ${dataset.code ?? ''}`.trimEnd());
  const unreadable = (report.unreadable ?? []).map(({ id, document }) => `  unreadable ${id.padEnd(44)} ${document}`);
  const notes = [
    ...(report.tasks.some((task) => task.difficulty === 'starter') ? [STARTER_NOTE] : []),
    ...endNotes([
      ...report.datasets.map(({ code }) => ({ kind: 'dataset' as const, code })),
      ...report.tasks.map(({ code }) => ({ kind: 'task' as const, code })),
    ]),
  ];
  return `${[...tasks, ...refused, ...unreadable].map(escapeTerminal).join('\n')}\n\n${notes.map((note) => `${note}\n`).join('')}${notes.length === 0 ? '' : '\n'}${funnelText(report.funnel)}${report.distinct === report.funnel.verified ? '' : ` (${report.distinct} distinct)`} in ${report.seconds.toFixed(1)} s\n${report.models === undefined ? '' : `${modelLines(report.models).map(escapeTerminal).join('\n')}\n`}packages: ${report.funnel.verified === 0 ? 'none' : folders.tasks}\nreport:   ${folders.report}/index.html\n`;
}

function noteOf({ difficulty, twin, microOf }: RunReport['tasks'][number]): string {
  return [
    ...(difficulty === 'starter' ? ['starter'] : []),
    ...(twin !== undefined ? [`repeats ${twin.of}`] : microOf !== undefined ? [`micro variant of ${microOf}`] : []),
  ].join(', ');
}

/** The funnel in one line. */
export function funnelText(funnel: Funnel): string {
  return `${funnel.datasets} dataset${funnel.datasets === 1 ? '' : 's'} (${funnel.refused} refused) → ${funnel.proposed} proposed → ${funnel.designed} designed → ${funnel.asserted} asserted → ${funnel.reviewed} reviewed → ${funnel.verified} verified, ${funnel.abandoned} abandoned`;
}
