import type { Finding, LostAttempts, StageName, SubjectKind, TaskEvent, TraceContext } from '@mle-smith/contracts';
import type { SubjectChange, SubjectRecord } from '@mle-smith/stage-runtime';
import type { SubjectDocument, WaitingEvent } from './schema.ts';
import { StoreDamagedError } from './store-errors.ts';

/** The record that a document tells. Throws `StoreDamagedError`. */
export function recordOf(document: SubjectDocument): SubjectRecord {
  try {
    return read(document);
  } catch (error) {
    throw new StoreDamagedError(document._id, error);
  }
}

/** The records of those documents that are not damaged: one that is must not hold up what is done to the others. */
export function soundRecordsOf(documents: readonly SubjectDocument[]): SubjectRecord[] {
  return documents.flatMap((document) => {
    try {
      return [recordOf(document)];
    } catch {
      return [];
    }
  });
}

function read(document: SubjectDocument): SubjectRecord {
  const { _id: id, owner, leasedAt, leaseMs = 0, claimedAt, code, message, trace, used, lost } = document;
  return {
    id,
    kind: document.kind as SubjectKind,
    datasetId: document.datasetId,
    state: document.state,
    priority: document.priority,
    passed: document.passed as readonly StageName[],
    generation: document.generation,
    fence: document.fence,
    attempts: document.attempts,
    infraRetries: document.infraRetries,
    ...(owner === undefined || leasedAt === undefined
      ? {}
      : { lease: { owner, until: leasedAt.getTime() + leaseMs, ...(claimedAt === undefined ? {} : { since: claimedAt.getTime() }) } }),
    notBefore: document.notBefore.getTime(),
    deadline: document.deadline.getTime(),
    cancelRequested: document.cancelRequested,
    outbox: document.outbox.map(({ event }) => JSON.parse(event) as TaskEvent),
    documents: JSON.parse(document.documents) as Record<string, string>,
    findings: JSON.parse(document.findings) as Finding[],
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(trace === undefined ? {} : { trace: JSON.parse(trace) as TraceContext }),
    ...(lost === undefined ? {} : { lost: JSON.parse(lost) as LostAttempts }),
    ...(used === undefined ? {} : { used: JSON.parse(used) as NonNullable<SubjectRecord['used']> }),
  };
}

/** A new subject's document; its place in the queue is given. A lease is not carried over. */
export function documentOf(record: SubjectRecord, arrival: number, turn: number): SubjectDocument {
  const { id, outbox, lease: _lease, documents, findings, notBefore, deadline, code, message, trace, used, lost, ...fields } = record;
  return {
    _id: id,
    ...fields,
    arrival,
    turn,
    claims: 0,
    outbox: outbox.map(waiting),
    recent: [],
    documents: JSON.stringify(documents),
    findings: JSON.stringify(findings),
    notBefore: new Date(notBefore),
    deadline: new Date(deadline),
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(trace === undefined ? {} : { trace: JSON.stringify(trace) }),
    ...(lost === undefined ? {} : { lost: JSON.stringify(lost) }),
    ...(used === undefined ? {} : { used: JSON.stringify(used) }),
  };
}

/** The fields that a change sets. */
export function fieldsOf({
  events: _events,
  history: _history,
  documents,
  findings,
  notBefore,
  deadline,
  trace,
  used,
  ...change
}: SubjectChange): Record<string, unknown> {
  const set = {
    ...change,
    documents: documents === undefined ? undefined : JSON.stringify(documents),
    findings: findings === undefined ? undefined : JSON.stringify(findings),
    notBefore: notBefore === undefined ? undefined : new Date(notBefore),
    deadline: deadline === undefined ? undefined : new Date(deadline),
    trace: trace === undefined ? undefined : JSON.stringify(trace),
    used: used === undefined ? undefined : JSON.stringify(used),
  };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
}

/** An event for an outbox. */
export function waiting(event: TaskEvent): WaitingEvent {
  return { id: event.id, event: JSON.stringify(event) };
}
