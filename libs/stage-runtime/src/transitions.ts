import { REASON_CODES, RETURNED, eventType, pipelineStage, type Finding, type StageName, type TaskEvent } from '@mle-smith/contracts';
import { checkTransition, deterministicName, endState, findingText } from '@mle-smith/task';
import { outcomeOfError } from './faults.ts';
import { lostBefore } from './lost-attempts.ts';
import { checkSize } from './record-size.ts';
import type { StageOutcome } from './stage.ts';
import type { SubjectChange, SubjectRecord } from './subject-record.ts';

/** Bounds that end a subject instead of trying for ever. */
export interface RetryPolicy {
  readonly maxGenerations: number;
  readonly maxInfraRetries: number;
  /** First wait after a fault; it doubles up to 64 times itself. */
  readonly backoffMs: number;
  /** Longest time without progress. */
  readonly deadlineMs: number;
  /** Longest time that a stage may take over one attempt. */
  readonly attemptMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxGenerations: 3,
  maxInfraRetries: 100,
  backoffMs: 1_000,
  deadlineMs: 24 * 3_600_000,
  attemptMs: 3_600_000,
};

/** What happened to a claimed subject: at which stage, when (ms since the epoch) and how long it took. */
export interface Attempt {
  readonly stage: StageName;
  readonly now: number;
  readonly durationMs: number;
}

/**
 * The update that a stage's outcome makes to its subject. Pure. Throws `IllegalTransitionError` where the pipeline has
 * no such step, and `SubjectTooLargeError` where the outcome is more than a subject may hold.
 */
export function changeFor(record: SubjectRecord, outcome: StageOutcome, attempt: Attempt, policy: RetryPolicy): SubjectChange {
  const change = changeOf(record, outcome, attempt, policy);
  checkSize(change);
  return withShortMessages(change);
}

function changeOf(record: SubjectRecord, outcome: StageOutcome, attempt: Attempt, policy: RetryPolicy): SubjectChange {
  const { stage, now } = attempt;
  const row = pipelineStage(stage);
  const history = historyOf(record, attempt);
  const moved = { since: now, attempts: 0, infraRetries: 0, notBefore: 0, deadline: now + policy.deadlineMs };
  switch (outcome.kind) {
    case 'advanced': {
      checkTransition(record.state, row.advances);
      const documents = { ...record.documents, ...outcome.documents };
      const children = outcome.children ?? [];
      const created = children.map((child) => event(row.creates ?? row.advances, { ...record, id: child.id, generation: 1 }, child.documents, now));
      return {
        ...moved,
        state: row.advances,
        passed: [...new Set([...record.passed, stage])],
        documents,
        findings: [],
        events: [...created, event(row.advances, record, documents, now)],
        history: { ...history, to: row.advances, outcome: 'advanced', ...(row.creates === undefined ? {} : { created: children.map((child) => child.id) }) },
      };
    }
    case 'returned': {
      const rules = [...new Set(outcome.findings.map((finding) => finding.rule))];
      const documents = { ...record.documents, ...outcome.documents };
      const to = pipelineStage(outcome.to).consumes;
      checkTransition(record.state, to);
      if (record.generation >= policy.maxGenerations) {
        return end(
          record,
          'defective',
          `${rules.join(', ')} remained after generation ${record.generation}: ${outcome.findings[0]?.message ?? ''}`,
          attempt,
          { findings: outcome.findings, documents },
          { rules },
        );
      }
      const generation = record.generation + 1;
      return {
        ...moved,
        state: to,
        generation,
        documents,
        findings: outcome.findings,
        events: [event(RETURNED, { ...record, generation }, documents, now)],
        history: { ...history, to, outcome: 'returned', rules, message: reasonsOf(outcome.findings) },
      };
    }
    case 'ended':
      return end(record, outcome.code, outcome.message, attempt, {
        ...(outcome.findings === undefined ? {} : { findings: outcome.findings }),
        documents: { ...record.documents, ...outcome.documents },
      });
    case 'retry': {
      const { code, message: reason, rounds = Infinity, free = false } = outcome;
      // Errors of the system begin with their code.
      const message = reason.startsWith(`${code}:`) ? reason : `${code}: ${reason}`;
      const kept = outcome.documents === undefined ? {} : { documents: { ...record.documents, ...outcome.documents } };
      const mostRetries = Math.min(policy.maxInfraRetries, rounds);
      if (!free && record.infraRetries >= mostRetries)
        return Object.hasOwn(REASON_CODES, code) ? end(record, code, reason, attempt, kept) : end(record, 'infra_exhausted', message, attempt, kept);
      const wait = outcome.afterMs ?? backoff(policy, record.infraRetries);
      return {
        ...kept,
        infraRetries: record.infraRetries + (free ? 0 : 1),
        notBefore: now + wait,
        history: { ...history, to: record.state, outcome: 'retry', code: outcome.code, message, ...(free ? {} : { mostRetries }) },
      };
    }
  }
}

/** What sent a task back: the first finding of each rule, the blocking ones before the others. */
function reasonsOf(findings: readonly Finding[]): string {
  const blocking = findings.filter((finding) => finding.severity === 'block');
  const told = blocking.length > 0 ? blocking : findings;
  return told
    .filter((finding, place) => told.findIndex(({ rule }) => rule === finding.rule) === place)
    .map(findingText)
    .join('; ');
}

/** The update after a stage threw: what the error says, else another attempt while some remain, else `platform_error`. */
export function changeForError(record: SubjectRecord, error: Error, attempt: Attempt, policy: RetryPolicy): SubjectChange {
  const known = outcomeOfError(error);
  if (known !== undefined) return changeFor(record, known, attempt, policy);
  if (record.attempts + 1 >= pipelineStage(attempt.stage).maxAttempts) return end(record, 'platform_error', `${attempt.stage}: ${error.message}`, attempt);
  return withShortMessages({
    attempts: record.attempts + 1,
    notBefore: attempt.now + backoff(policy, record.attempts),
    history: { ...historyOf(record, attempt), to: record.state, outcome: 'failed', message: error.message },
  });
}

/** The update that ends a subject. */
export function end(
  record: SubjectRecord,
  code: string,
  message: string,
  attempt: Attempt,
  change: Partial<SubjectChange> = {},
  more: Partial<SubjectChange['history']> = {},
): SubjectChange {
  const to = code === 'cancelled' && record.kind === 'task' ? 'task.cancelled' : endState(record.kind);
  return withShortMessages({
    ...change,
    state: to,
    code,
    message,
    events: [event(to, record, {}, attempt.now)],
    history: { ...historyOf(record, attempt), ...more, to, outcome: 'ended', code, message: `${code}: ${message}` },
  });
}

/** Most characters of a message: what a program or a model said may be of any length. */
const LONGEST_MESSAGE = 4_000;

function withShortMessages({ message, history, ...change }: SubjectChange): SubjectChange {
  return {
    ...change,
    ...(message === undefined ? {} : { message: cut(message) }),
    history: { ...history, ...(history.message === undefined ? {} : { message: cut(history.message) }) },
  };
}

function cut(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A fact about a subject at a time (ms since the epoch); its id is the same however often it is announced, and another one after each end that was not the last. */
export function event(
  fact: string,
  subject: Pick<SubjectRecord, 'id' | 'datasetId' | 'generation' | 'reopened'>,
  documents: Readonly<Record<string, string>>,
  at: number,
): TaskEvent {
  return {
    id: deterministicName(fact, subject.id, subject.generation, ...(subject.reopened === undefined ? [] : [subject.reopened])),
    type: eventType(fact),
    source: 'mle-smith',
    subject: subject.id,
    time: new Date(at).toISOString(),
    data: { generation: subject.generation, datasetId: subject.datasetId, documents: { ...documents } },
  };
}

function historyOf(record: SubjectRecord, { stage, durationMs }: Attempt): Omit<SubjectChange['history'], 'to' | 'outcome'> {
  return { stage, generation: record.generation, attempt: record.attempts + 1, from: record.state, durationMs, ...lostBefore(record) };
}

function backoff(policy: RetryPolicy, faults: number): number {
  return policy.backoffMs * 2 ** Math.min(faults, 6);
}
