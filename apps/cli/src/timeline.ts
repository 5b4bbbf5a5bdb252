import { spentText } from '@mle-smith/agent';
import type { AgentTrial, AttemptEvent, Difficulty, Finding, LostAttempts, Present, SubjectCost } from '@mle-smith/contracts';
import type { HistoryRow, SubjectRecord } from '@mle-smith/stage-runtime';
import { findingText } from '@mle-smith/task';
import { agentText } from './agent-text.ts';
import { stageCostLines } from './cost-text.ts';
import { endNotes } from './end-notes.ts';
import { presentText } from './present-text.ts';
import { escapeTerminal } from './report/escape.ts';
import { agentLines } from './spent-of-run.ts';
import { STARTER_NOTE, stateText } from './state-text.ts';

/** What is shown of one dataset or task. */
export interface Shown {
  readonly record: Pick<SubjectRecord, 'id' | 'state' | 'code' | 'message' | 'lost'>;
  /** What becomes of it now, unless it has ended. */
  readonly present?: Present | undefined;
  /** ms since the epoch. */
  readonly now?: number;
  readonly difficulty: Difficulty | undefined;
  readonly history: readonly HistoryRow[];
  /** Steps before those of the history, which are told where all are asked for. */
  readonly earlier?: number | undefined;
  readonly findings: readonly Finding[];
  /** Documents that cannot be read, and why. */
  readonly unreadable?: readonly { readonly document: string; readonly message: string }[] | undefined;
  readonly cost: SubjectCost;
  /** Files that hold what agents said, by the document. */
  readonly transcripts?: Readonly<Record<string, string>> | undefined;
  /** What the agent that solves tasks reached, where one did. */
  readonly agent?: AgentTrial | undefined;
}

/** The timeline of one dataset or task for a person: where it stands and why, each step with all that it set off and left, the findings, the cost. */
export function timelineText({
  record,
  present,
  now = Date.now(),
  difficulty,
  history,
  earlier = 0,
  findings,
  unreadable = [],
  cost,
  transcripts = {},
  agent,
}: Shown): string {
  return `${[
    `${record.id}: ${stateText({ ...record, difficulty })}${record.message === undefined ? '' : `: ${record.message}`}`,
    ...(present === undefined ? [] : [`now: ${presentText(present, now)}; ends as stuck where it makes no step before ${present.deadline}`]),
    ...(difficulty === 'starter' ? [STARTER_NOTE] : []),
    ...endNotes([{ kind: record.state.startsWith('dataset.') ? 'dataset' : 'task', code: record.code }]),
    ...(earlier === 0 ? [] : [`… ${earlier} earlier ${earlier === 1 ? 'step' : 'steps'}, told with --all`]),
    ...history.flatMap(stepLines),
    ...(record.lost === undefined ? [] : ['at work now:', ...lostLines(record.lost, 'the attempt before')]),
    ...unreadable.map(({ document, message }) => `unreadable: ${document}: ${message}`),
    ...(findings.length === 0 ? [] : ['findings:', ...findings.map((finding) => `  ${finding.severity.padEnd(5)}  ${findingText(finding)}`)]),
    ...(agent === undefined ? [] : [agentText(agent)]),
    ...Object.entries(transcripts).map(([name, file]) => `${name}: ${file}`),
    `cost: ${cost.seconds.toFixed(2)} s of processing, ${spentText(cost)}`,
    ...agentLines(cost.byAgent),
    ...stageCostLines(cost.byStage),
  ]
    .map(escapeTerminal)
    .join('\n')}\n`;
}

/** A step, then what came before its end in order of time, then what it left. */
function stepLines(row: HistoryRow): string[] {
  const {
    at,
    generation,
    attempt,
    stage = '',
    outcome,
    from,
    to,
    durationMs = 0,
    trace,
    message,
    lostLeases = 0,
    lost = [],
    events = [],
    moreEvents = 0,
  } = row;
  const spoken = message === undefined ? [] : [`    ${message}`];
  const more = moreEvents === 0 ? [] : [`    … ${moreEvents} more jobs and calls in the midst of these`];
  const left = Object.entries(row.documents ?? {}).map(([name, digest]) => `    left ${name} ${digest}`);
  return [
    `${at}  generation ${generation}  attempt ${attempt}  ${stage.padEnd(15)} ${outcome.padEnd(9)} ${from} → ${to}  ${seconds(durationMs)}${trace === undefined ? '' : `  trace ${trace}`}`,
    ...spoken,
    ...lostLines({ count: lostLeases, last: lost }, `attempt ${attempt} of ${stage}`),
    ...events.map((event) => `    ${timeOf(event, at, durationMs)}  ${eventText(event)}`),
    ...more,
    ...left,
  ];
}

/** Attempts that were lost before one came to a result: those that are named, after the number of those that are not. */
function lostLines({ count, last }: LostAttempts, what: string): string[] {
  const unnamed = count - last.length;
  return [
    ...(unnamed <= 0 ? [] : [`    before: ${unnamed} attempt${unnamed === 1 ? '' : 's'} whose worker was lost`]),
    ...last.map(({ worker, at }) => `    ${at}  lost  ${what}: the lease of ${worker} ended, and somebody else took over`),
  ];
}

/** When something began, as the history tells when its step ended. */
function timeOf({ atMs }: AttemptEvent, at: string, durationMs: number): string {
  const began = Date.parse(at) - durationMs + atMs;
  return Number.isNaN(began) ? at : new Date(began).toISOString();
}

function eventText(event: AttemptEvent): string {
  if (event.kind === 'job') {
    const { name, zone, place, profile, status, code, asMeant, queuedMs, runMs, cpuSeconds, gpuSeconds, peakMemoryMb } = event;
    const used = [
      `waited ${seconds(queuedMs)}`,
      `ran ${seconds(runMs)}`,
      ...(cpuSeconds === undefined ? [] : [`CPU ${cpuSeconds.toFixed(2)} s`]),
      ...(gpuSeconds === undefined ? [] : [`GPU ${gpuSeconds.toFixed(2)} s`]),
      ...(peakMemoryMb === undefined ? [] : [`${peakMemoryMb.toFixed(0)} MB`]),
    ];
    return `job   ${name} (${zone}, ${place}${profile === undefined ? '' : ` ${profile}`}): ${status}${code === undefined ? '' : ` (${code})`}${meantText(asMeant)}, ${used.join(', ')}`;
  }
  const { agent, model, tookMs, inputTokens, outputTokens, usd, fault } = event;
  const counted = inputTokens === undefined ? [] : [`${inputTokens.toLocaleString('en')} tokens in and ${(outputTokens ?? 0).toLocaleString('en')} out`];
  const paid = usd !== undefined ? [`$${usd.toFixed(4)}`] : inputTokens === undefined ? [] : ['price unknown'];
  return `call  ${agent} of ${model}: ${[fault ?? 'answered', ...counted, ...paid, seconds(tookMs)].join(', ')}`;
}

/** Whether a probe that is meant to be stopped was: that is no fault of it. */
function meantText(asMeant: boolean | undefined): string {
  return asMeant === undefined ? '' : asMeant ? ', as it should be' : ', and should have been stopped';
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
