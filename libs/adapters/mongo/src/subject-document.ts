import type { Finding, LostAttempts, StageName, SubjectKind, TaskEvent, TraceContext } from '@mle-smith/contracts';
import type { StandingSubject, SubjectChange, SubjectRecord } from '@mle-smith/stage-runtime';
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

/** What is told by those documents that are not damaged: one that is must not hold up what is done to the others. */
export function soundOf<Document, Told>(documents: readonly Document[], read: (document: Document) => Told): Told[] {
  return documents.flatMap((document) => {
    try {
      return [read(document)];
    } catch {
      return [];
    }
  });
}

/** The fields that say what becomes of a subject now. */
export const STANDING = {
  kind: 1,
  state: 1,
  since: 1,
  attempts: 1,
  infraRetries: 1,
  owner: 1,
  leasedAt: 1,
  leaseMs: 1,
  claimedAt: 1,
  notBefore: 1,
  deadline: 1,
  cancelRequested: 1,
  recent: 1,
} as const;

/** What a document tells of what becomes of its subject now. */
export function standingOf({
  _id: id,
  kind,
  state,
  since,
  attempts,
  infraRetries,
  owner,
  leasedAt,
  leaseMs = 0,
  claimedAt,
  notBefore,
  deadline,
  cancelRequested,
}: Pick<SubjectDocument, '_id' | Exclude<keyof typeof STANDING, 'recent'>>): StandingSubject['record'] {
  return {
    id,
    kind: kind as SubjectKind,
    state,
    ...(since === undefined ? {} : { since }),
    attempts,
    infraRetries,
    ...(owner === undefined || leasedAt === undefined
      ? {}
      : { lease: { owner, until: leasedAt.getTime() + leaseMs, ...(claimedAt === undefined ? {} : { since: claimedAt.getTime() }) } }),
    notBefore: notBefore.getTime(),
    deadline: deadline.getTime(),
    cancelRequested,
  };
}

function read(document: SubjectDocument): SubjectRecord {
  const { reopened, receivedAt, code, message, trace, used, lost } = document;
  return {
    ...standingOf(document),
    datasetId: document.datasetId,
    priority: document.priority,
    passed: document.passed as readonly StageName[],
    generation: document.generation,
    fence: document.fence,
    ...(reopened === undefined ? {} : { reopened }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
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
  const {
    id,
    since,
    outbox,
    lease: _lease,
    documents,
    findings,
    notBefore,
    deadline,
    reopened,
    receivedAt,
    code,
    message,
    trace,
    used,
    lost,
    ...fields
  } = record;
  return {
    _id: id,
    ...fields,
    ...(since === undefined ? {} : { since }),
    arrival,
    turn,
    claims: 0,
    outbox: outbox.map(waiting),
    recent: [],
    documents: JSON.stringify(documents),
    findings: JSON.stringify(findings),
    notBefore: new Date(notBefore),
    deadline: new Date(deadline),
    ...(reopened === undefined ? {} : { reopened }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
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

/** The fields that a change takes away. */
export function takenBy(change: SubjectChange): Readonly<Record<string, 1>> {
  const names = (['code', 'message'] as const).filter((name) => name in change && change[name] === undefined);
  return Object.fromEntries(names.map((name) => [name, 1]));
}

/** An event for an outbox. */
export function waiting(event: TaskEvent): WaitingEvent {
  return { id: event.id, event: JSON.stringify(event) };
}
