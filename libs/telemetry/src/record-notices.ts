import { PIPELINE, reasonClass, REASON_CODES, TERMINAL_STATES, type ReasonClass, type ReasonCode, type StageName } from '@mle-smith/contracts';
import type { LogCodeName } from './log-codes.ts';
import type { Log } from './log.ts';
import { OTHER, VERDICTS, type FaultClass } from './metric-labels.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** What a worker tells of a subject in its hands, as far as metrics and logs need it. */
export interface TracedNotice {
  readonly record: { readonly id: string; readonly kind: string; readonly datasetId: string; readonly generation: number; readonly attempts: number };
  readonly stage: StageName;
  readonly phase: 'started' | 'finished' | 'fenced' | 'released' | 'overdue';
  readonly to?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly message?: string;
  readonly durationMs?: number;
  readonly waitedMs?: number;
  readonly lostLeases?: number;
  readonly sinceReceivedMs?: number;
}

/** Counts what workers tell: attempts, their time, who was at fault, and what came of the subjects. */
export function noticeRecorder(metrics: ServiceMetrics): (notice: TracedNotice) => void {
  const working = new Map<StageName, number>();
  metrics.showZeroes([
    'mlesmith_stage_attempts_total',
    'mlesmith_tasks_verified_total',
    'mlesmith_tasks_rejected_total',
    'mlesmith_datasets_refused_total',
    'mlesmith_fenced_results_total',
    'mlesmith_lease_expired_total',
  ]);
  return (notice) => {
    const { stage, phase } = notice;
    if (phase === 'overdue') {
      recordVerdict(metrics, notice);
      return countEnded(metrics, notice);
    }
    const now = (working.get(stage) ?? 0) + (phase === 'started' ? 1 : -1);
    working.set(stage, now);
    metrics.set('mlesmith_stage_working', Math.max(0, now), { stage });
    if (phase === 'started') return countStarted(metrics, notice);
    const outcome = phase === 'finished' ? (notice.outcome as 'advanced') : phase;
    metrics.record('mlesmith_stage_duration_seconds', (notice.durationMs ?? 0) / 1_000, { stage, outcome });
    if (phase === 'fenced') metrics.count('mlesmith_fenced_results_total', { stage });
    if (phase === 'finished') countFinished(metrics, notice);
  };
}

function countStarted(metrics: ServiceMetrics, { stage, waitedMs, lostLeases = 0 }: TracedNotice): void {
  if (waitedMs !== undefined) metrics.record('mlesmith_claim_latency_seconds', waitedMs / 1_000, { stage });
  if (lostLeases > 0) metrics.count('mlesmith_lease_expired_total', { stage }, lostLeases);
}

function countFinished(metrics: ServiceMetrics, notice: TracedNotice): void {
  const { stage, outcome, to = '' } = notice;
  metrics.count('mlesmith_stage_attempts_total', { stage, class: faultOf(notice) });
  if (to === 'task.verified') metrics.count('mlesmith_tasks_verified_total');
  recordVerdict(metrics, notice);
  if (outcome === 'returned') metrics.count('mlesmith_stage_returns_total', { stage, to: stageThatWakes(to) });
  if (outcome === 'ended') countEnded(metrics, notice);
}

function countEnded(metrics: ServiceMetrics, { record, code }: TracedNotice): void {
  const reason = code as ReasonCode;
  if (record.kind === 'dataset') metrics.count('mlesmith_datasets_refused_total', { reason });
  else metrics.count('mlesmith_tasks_rejected_total', { reason });
}

/** How long a task was waited for; one that somebody cancelled is waited for no longer. */
function recordVerdict(metrics: ServiceMetrics, { to, sinceReceivedMs }: TracedNotice): void {
  const verdict = VERDICTS.find((state) => `task.${state}` === to);
  if (verdict !== undefined && sinceReceivedMs !== undefined) metrics.record('mlesmith_verdict_seconds', sinceReceivedMs / 1_000, { verdict });
}

/** The stage that a state wakes. */
function stageThatWakes(state: string): StageName {
  return PIPELINE.find((row) => row.consumes === state)?.stage ?? (OTHER as StageName);
}

/** Who was at fault, by whose doing an end is. A model that gave nothing of use is asked by the task's own stage. */
const FAULTS: Readonly<Record<ReasonClass, FaultClass>> = {
  own: 'task',
  model: 'task',
  judge: 'judge',
  budget: 'infrastructure',
  infrastructure: 'infrastructure',
  platform: 'platform',
  request: 'cancelled',
};

/** Who was at fault when an attempt did not advance its subject. */
function faultOf({ outcome, code = '' }: TracedNotice): FaultClass {
  if (outcome === 'advanced') return 'none';
  if (outcome === 'retry') return 'infrastructure';
  return outcome === 'failed' ? 'platform' : FAULTS[reasonClass(code) ?? 'own'];
}

/** Writes one line for each step that workers tell; a subject that ends gets exactly one line with what it came to (platform OB-7). */
export function noticeLogger(log: Log): (notice: TracedNotice) => void {
  return (notice) => {
    const { record, stage, to, outcome, code, message, durationMs } = notice;
    const { id, kind, datasetId: dataset, generation, attempts } = record;
    const about = log.about({ ...(kind === 'dataset' ? { dataset: id } : { task: id, dataset }), stage, generation, attempt: attempts + 1 });
    // What a person can do about an end: the page of reason codes, in the line itself.
    const todo = outcome === 'ended' && code !== undefined && isReason(code) ? REASON_CODES[code] : undefined;
    const data = { to, outcome, reason: code, detail: message, todo, durationMs };
    if ((notice.lostLeases ?? 0) > 0) about.write('lease.taken_over', { lost: notice.lostLeases });
    about.write(codeOf(notice), Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)));
  };
}

function isReason(code: string): code is ReasonCode {
  return Object.hasOwn(REASON_CODES, code);
}

const OUTCOME_CODES: Readonly<Record<string, LogCodeName>> = {
  advanced: 'stage.advanced',
  returned: 'stage.returned',
  retry: 'stage.retried',
  failed: 'stage.failed',
};

function codeOf({ phase, to = '', outcome = '' }: TracedNotice): LogCodeName {
  if (phase === 'overdue') return 'sweep.ended_overdue';
  if (phase !== 'finished') return `stage.${phase}`;
  const terminal = TERMINAL_STATES.find((state) => state === to);
  return terminal ?? OUTCOME_CODES[outcome] ?? 'stage.advanced';
}
