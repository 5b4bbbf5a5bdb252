import { spentText, type Spent } from '@mle-smith/agent';
import type { AgentTrial, Funnel, Ladder } from '@mle-smith/contracts';
import { agentText } from '../agent-text.ts';
import { modelLines } from '../spent-of-run.ts';
import { escapeHtml } from './escape.ts';
import { ladderChart, type Bar } from './ladder-chart.ts';
import type { ReportData, TaskDetail } from './report-data.ts';
import { STYLE } from './style.ts';

const FUNNEL_LABELS: Readonly<Record<keyof Funnel, string>> = {
  datasets: 'datasets',
  refused: 'datasets refused',
  proposed: 'tasks proposed',
  designed: 'designed',
  designAsserted: 'design asserted',
  refactored: 'refactored',
  asserted: 'package asserted',
  reviewed: 'reviewed',
  verified: 'verified',
  abandoned: 'abandoned',
};

/** The self-contained report page: no script, nothing loaded from elsewhere, every text escaped. */
export function reportPage(report: ReportData): string {
  const verified = report.details.filter((task) => task.state === 'verified');
  const open = report.details.filter((task) => task.state === 'open');
  const others = report.details.filter((task) => task.state !== 'verified' && task.state !== 'open');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>MLE-Smith report</title><style>${STYLE}</style></head><body>
<header><h1>MLE-Smith report</h1><p>${counted(report.funnel.verified, 'verified task')} from ${counted(report.funnel.datasets, 'dataset')}, ${report.tasks.reduce((sum, task) => sum + task.seconds, 0).toFixed(1)} s of processing · version ${escapeHtml(report.version)}</p></header>
<p class="facts">${escapeHtml(report.models === undefined ? 'thought by rules; no model was asked' : (modelLines(report.models)[0] ?? ''))}</p>
<section><h2>Funnel</h2>${funnelTable(report.funnel)}</section>
<section><h2>What the ${counted(report.distinct, 'distinct task')} cover${report.distinct === 1 ? 's' : ''}</h2>${spreadTables(report.spread)}</section>
${modelsSection(report.models)}${setAsideSection(report.unreadable)}<section><h2>Verified tasks</h2>${verified.map(taskCard).join('') || '<p>None.</p>'}</section>
${open.length === 0 ? '' : `<section><h2>Unfinished tasks</h2>${open.map(taskCard).join('')}</section>\n`}<section><h2>Abandoned tasks</h2>${others.map(taskCard).join('') || '<p>None.</p>'}</section>
<section><h2>Refused datasets</h2>${table(
    ['dataset', 'code', 'reason'],
    report.refusals.map((refusal) => [refusal.dataset, refusal.code, refusal.message]),
  )}</section>
<section><h2>Questions turned down</h2>${table(
    ['dataset', 'target', 'code', 'reason'],
    report.turnedDown.map((row) => [row.dataset, row.target, row.code, row.reason]),
  )}</section>
</body></html>
`;
}

/** What cannot be read any more, and is in no other section. */
function setAsideSection(unreadable: ReportData['unreadable'] = []): string {
  if (unreadable.length === 0) return '';
  const rows = unreadable.map(({ id, document, file, message }) => [id, document, file, message]);
  return `<section><h2>Set aside, because it cannot be read any more</h2>${table(['dataset or task', 'what of it', 'file', 'reason'], rows)}</section>\n`;
}

/** What models took, by agent and by model. */
function modelsSection(models: ReportData['models']): string {
  if (models === undefined) return '';
  const { byAgent, byModel = {} } = models;
  const rows = (by: Readonly<Record<string, Spent>>): string[][] =>
    Object.entries(by).map(([name, { calls, inputTokens, outputTokens, usd, unpriced }]) => [
      name,
      String(calls),
      inputTokens.toLocaleString('en'),
      outputTokens.toLocaleString('en'),
      unpriced === calls ? 'price unknown' : usd.toFixed(4),
    ]);
  const head = ['calls', 'tokens in', 'tokens out', 'dollars'];
  return `<section><h2>Model calls</h2>${table(['agent', ...head], rows(byAgent))}${table(['model', ...head], rows(byModel))}</section>\n`;
}

/** Who thought about a task, and what that took. */
function thoughtBy({ engines, spent }: TaskDetail): string {
  const stages = Object.entries(engines).map(([stage, engine]) => `${stage} by ${engine === 'llm' ? 'models' : engine}`);
  const parts = [...stages, ...(spent === undefined ? [] : [spentText(spent)])];
  return parts.length === 0 ? '' : `<p class="facts">${escapeHtml(parts.join(' · '))}</p>\n`;
}

function funnelTable(funnel: Funnel): string {
  const most = Math.max(1, ...Object.values(funnel));
  const rows = (Object.keys(FUNNEL_LABELS) as (keyof Funnel)[]).map(
    (key) =>
      `<tr><th>${FUNNEL_LABELS[key]}</th><td class="number">${funnel[key]}</td><td class="bar"><span style="width:${((100 * funnel[key]) / most).toFixed(1)}%"></span></td></tr>`,
  );
  return `<table class="funnel">${rows.join('')}</table>`;
}

function spreadTables(spread: ReportData['spread']): string {
  const filled = Object.entries(spread).filter(([, counts]) => Object.keys(counts).length > 0);
  if (filled.length === 0) return '<p>None.</p>';
  return filled
    .map(([kind, counts]) =>
      table(
        [kind, 'tasks'],
        Object.entries(counts).map(([name, count]) => [name, String(count)]),
      ),
    )
    .join('');
}

function worth(task: TaskDetail): string {
  const parts = [
    ...(task.twin === undefined
      ? []
      : [`repeats ${task.twin.of} (${task.twin.kind === 'same' ? 'same data, target and metric' : `similarity ${task.twin.similarity}`})`]),
    ...(task.micro === undefined
      ? []
      : [
          `micro variant of ${task.micro.of}; the rungs' order agrees with the full task's by Kendall's tau ${task.micro.kendall ?? '–'}, Spearman's rho ${task.micro.spearman ?? '–'}`,
        ]),
    ...(task.signalToNoise === undefined ? [] : [`signal to noise ${task.signalToNoise}`]),
    ...(task.skills.length === 0 ? [] : [`skills: ${task.skills.join(', ')}`]),
  ];
  return parts.length === 0 ? '' : `<p class="facts">${escapeHtml(parts.join(' · '))}</p>`;
}

/** The rungs, and the best score of the agent below them. */
function barsOf({ rungs }: Ladder, agent: AgentTrial | undefined): Bar[] {
  const best = agent?.best ?? undefined;
  return [...rungs, ...(best === undefined ? [] : [{ name: 'solver', kind: 'agent', score: best.score, standardError: 0 }])];
}

/** What the agent that solves tasks reached, and its mistakes by kind. */
function solverOf(agent: AgentTrial | undefined): string {
  if (agent === undefined) return '';
  const kinds = [...new Set(agent.mistakes.map(({ kind }) => kind))];
  const steps = (kind: string): string[] => agent.mistakes.filter((mistake) => mistake.kind === kind).map(({ step }) => String(step));
  return `<p class="facts">${escapeHtml(agentText(agent))}</p>${details(
    `Mistakes of the solver (${agent.mistakes.length})`,
    kinds.length === 0
      ? ''
      : table(
          ['kind', 'times', 'at actions'],
          kinds.map((kind) => [kind, String(steps(kind).length), steps(kind).join(', ')]),
        ),
  )}`;
}

function taskCard(task: TaskDetail): string {
  const outcome = task.state === 'verified' ? 'verified' : `${task.state}: ${task.code ?? ''}`;
  const open = task.rules.filter((rule) => rule.status === 'failed' || rule.status === 'warned');
  return `<article id="${escapeHtml(task.id)}"><h3>${escapeHtml(task.title)} <span class="state ${task.state}">${escapeHtml(outcome)}</span></h3>
<p class="facts"><code>${escapeHtml(task.id)}</code> · ${escapeHtml(task.dataset)} · ${escapeHtml(task.objective)} · target <code>${escapeHtml(task.target)}</code> · ${escapeHtml(task.metric)} · ${escapeHtml(task.split)} · ${counted(task.generations, 'generation')} · ${task.seconds.toFixed(1)} s</p>
${thoughtBy(task)}<p>${escapeHtml(task.question)}</p>
${task.message === undefined ? '' : `<p class="message">${escapeHtml(task.message)}</p>`}
${task.ladder === undefined ? '' : `${ladderChart(barsOf(task.ladder, task.agent))}<p class="facts">${task.ladder.units} ${escapeHtml(task.ladder.unit)}s · gain ${task.ladder.gain} ± ${task.ladder.gainStandardError} · ladder ${escapeHtml(task.ladder.ladder_difficulty)}</p>`}
${solverOf(task.agent)}${worth(task)}
${details(
  'Review',
  task.review === undefined
    ? ''
    : table(
        ['dimension', 'score', 'reason'],
        task.review.dimensions.map((dimension) => [dimension.name, String(dimension.score), dimension.reason]),
      ),
)}
${details(
  'Columns taken out',
  task.excluded.length === 0
    ? ''
    : table(
        ['column', 'reason'],
        task.excluded.map((row) => [row.column, row.reason]),
      ),
)}
${details(
  `Findings (${task.findings.length})`,
  task.findings.length === 0
    ? ''
    : table(
        ['rule', 'severity', 'finding', 'evidence'],
        task.findings.map((finding) => [finding.rule, finding.severity, finding.message, JSON.stringify(finding.evidence)]),
      ),
)}
${details(
  `Rules: ${task.rules.length} judged, ${open.length} open`,
  task.rules.length === 0
    ? ''
    : table(
        ['rule', 'status', 'title', 'measurement'],
        task.rules.map((rule) => [rule.id, rule.status, rule.title, rule.reason || JSON.stringify(rule.measurement)]),
      ),
)}
${details(
  'Seconds by stage',
  table(
    ['stage', 'seconds', 'runs'],
    task.stages.map((stage) => [stage.stage, stage.seconds.toFixed(2), String(stage.runs)]),
  ),
)}
${task.isolation === undefined ? '' : `<p class="facts">isolation: ${escapeHtml(task.isolation.kind)}${task.isolation.gaps.length === 0 ? '' : ` (${escapeHtml(task.isolation.gaps.join('; '))})`}</p>`}
</article>`;
}

/** A number of things, in the singular where it is one. */
function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function details(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${escapeHtml(title)}</summary>${body}</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  return `<table><thead><tr>${head.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table>`;
}
