import { TaskEvent as TaskEventShape, type StageName, type TaskEvent } from '@mle-smith/contracts';
import { isTerminal } from '@mle-smith/task';
import { AttemptRecord, withUse, type AttemptAccount } from './attempt-record.ts';
import { AttemptTimeoutError, LeaseLostError } from './faults.ts';
import { newSubject } from './new-subject.ts';
import type { StageContext, StageHandler, StageOutcome } from './stage.ts';
import type { SubjectChange, SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import { traced, type AttemptOutcome, type Tracing } from './tracing.ts';
import { changeFor, changeForError, end, type Attempt, type RetryPolicy } from './transitions.ts';

/** What a worker announces to whoever watches (progress, metrics); never part of the truth. */
export interface WorkNotice {
  readonly record: SubjectRecord;
  readonly stage: StageName;
  /** `fenced`: the result came too late and was dropped; `released`: handed back without charge; `overdue`: ended past its deadline, in nobody's hands. */
  readonly phase: 'started' | 'finished' | 'fenced' | 'released' | 'overdue';
  readonly to?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly message?: string;
  readonly durationMs?: number;
  /** Of a start: how long the subject could have been claimed while a worker of this process was free, and how many leases of others ran out before. */
  readonly waitedMs?: number;
  readonly lostLeases?: number;
  /** Of a retry: how many that makes in a row, and the wait before the next. */
  readonly retries?: number;
  readonly waitMs?: number;
  /** Of an end: how long its dataset had been there. */
  readonly sinceReceivedMs?: number;
}

/** Documents of one step that its line of the history names. */
const MOST_LEFT = 32;

export interface StationOptions {
  readonly store: TaskStore;
  readonly policy: RetryPolicy;
  readonly leaseMs: number;
  /** When it was claimed, by the store's clock. */
  readonly claimedAt: number;
  /** How long a worker of this process had been free then, ms. */
  readonly freeMs: number;
  readonly context: Omit<StageContext, 'signal'>;
  readonly onNotice?: ((notice: WorkNotice) => void) | undefined;
  /** Makes the write of a result; the plain write where it is not given. */
  readonly persist?: (<T>(write: () => Promise<T>, signal: AbortSignal) => Promise<T>) | undefined;
  readonly tracing?: Tracing | undefined;
}

/** Turns a `task.proposed` event into its one task document, as urgent as its dataset and waited for as long; a repeated event changes nothing (platform KB-1, KB-5). */
export async function acceptProposal(store: TaskStore, event: TaskEvent, deadlineMs: number): Promise<boolean> {
  const { subject, data, traceparent, tracestate } = TaskEventShape.parse(event);
  const { priority = 0, receivedAt } = (await store.get(data.datasetId)) ?? {};
  const now = await store.now();
  const task = newSubject(
    { id: subject, kind: 'task', datasetId: data.datasetId, state: 'task.proposed', priority, documents: data.documents, receivedAt: receivedAt ?? now },
    now + deadlineMs,
  );
  const trace = { ...(traceparent === undefined ? {} : { traceparent }), ...(tracestate === undefined ? {} : { tracestate }) };
  return store.insert({ ...task, ...(traceparent === undefined ? {} : { trace }) });
}

/** Runs a claimed subject through its stage: renews the lease, maps the outcome to one update, drops a late result. */
export async function work(record: SubjectRecord, stage: StageName, handler: StageHandler, options: StationOptions, stop: AbortSignal): Promise<void> {
  const attempt = (): Promise<AttemptOutcome> => workOn(record, stage, handler, options, stop);
  if (options.tracing === undefined) await attempt();
  else await options.tracing.attempt({ ...record, stage, attempt: record.attempts + 1 }, record.trace ?? {}, attempt);
}

async function workOn(record: SubjectRecord, stage: StageName, handler: StageHandler, options: StationOptions, stop: AbortSignal): Promise<AttemptOutcome> {
  const { store, policy, tracing, persist = (write) => write() } = options;
  const started = performance.now();
  const tell = (notice: Omit<WorkNotice, 'record' | 'stage'>): void => options.onNotice?.({ record, stage, ...notice });
  tell({ phase: 'started', waitedMs: waitedMs(record, options), lostLeases: record.lease?.lost ?? 0 });
  const attempt = new AttemptRecord();
  const result = outcomeBeforeWork(record, policy) ?? (await attempt.during(() => attemptStage(record, stage, handler, options, stop)));
  if (stop.aborted && result instanceof Error) {
    await store.release(record.id, record.fence);
    tell({ phase: 'released', durationMs: Math.round(performance.now() - started) });
    return 'released';
  }
  const durationMs = Math.round(performance.now() - started);
  const { account } = attempt;
  const { held, change, now } = await persist(async () => {
    const at = await store.now();
    const change = accounted(changeOf(record, result, { stage, now: at, durationMs }, policy), record, stage, durationMs, account);
    const changed = traced(dated(change, at), tracing?.current());
    const write = (): Promise<boolean> => store.apply(record.id, record.fence, changed);
    return { change: changed, now: at, held: await (tracing?.transition(changed.history, write) ?? write()) };
  }, stop);
  const { to, outcome, code, message } = change.history;
  tell({
    phase: held ? 'finished' : 'fenced',
    to,
    outcome,
    durationMs,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(outcome === 'retry' && change.infraRetries !== undefined ? { retries: change.infraRetries, waitMs: (change.notBefore ?? now) - now } : {}),
    ...sinceReceived(record, to, now),
  });
  return held ? outcome : 'fenced';
}

/** The change with what its attempt set off, took and left. */
function accounted(change: SubjectChange, record: SubjectRecord, stage: StageName, durationMs: number, account: AttemptAccount): SubjectChange {
  const left = Object.entries(change.documents ?? {}).filter(([name, digest]) => record.documents[name] !== digest);
  return {
    ...change,
    used: withUse(record.used, stage, durationMs, account),
    history: {
      ...change.history,
      ...account,
      ...(left.length === 0 ? {} : { documents: Object.fromEntries(left.slice(0, MOST_LEFT)) }),
    },
  };
}

/** The change with the time that was asked for already. */
function dated(change: SubjectChange, at: number): SubjectChange {
  return { ...change, history: { ...change.history, at: new Date(at).toISOString() } };
}

/** From the step that brought the subject here, or the end of its pause, until it was claimed; no longer than a worker was free for it. */
function waitedMs({ deadline, notBefore }: SubjectRecord, { policy, claimedAt, freeMs }: StationOptions): number {
  return Math.max(0, Math.min(freeMs, claimedAt - Math.max(deadline - policy.deadlineMs, notBefore)));
}

/** How long whoever gave a dataset waited for the end of what came of it. */
export function sinceReceived({ receivedAt }: SubjectRecord, to: string, now: number): Pick<WorkNotice, 'sinceReceivedMs'> {
  return receivedAt === undefined || !isTerminal(to) ? {} : { sinceReceivedMs: Math.max(0, now - receivedAt) };
}

/** What ends a subject before its stage is asked at all. */
function outcomeBeforeWork(record: SubjectRecord, policy: RetryPolicy): StageOutcome | undefined {
  if (record.cancelRequested) return { kind: 'ended', code: 'cancelled', message: 'cancelled on request' };
  if (record.infraRetries > policy.maxInfraRetries)
    return { kind: 'ended', code: 'infra_exhausted', message: `${record.infraRetries} workers were lost over this stage` };
  return undefined;
}

/** A step that the pipeline does not have is a fault of the stage, not of the run. */
function changeOf(record: SubjectRecord, result: StageOutcome | Error, attempt: Attempt, policy: RetryPolicy): SubjectChange {
  if (result instanceof Error) return changeForError(record, result, attempt, policy);
  try {
    return changeFor(record, result, attempt, policy);
  } catch (error) {
    return end(record, 'platform_error', `${attempt.stage}: ${asError(error).message}`, attempt);
  }
}

/** Asks the stage, under a lease that is renewed; comes back when the signal says so, whether the stage does or not. */
async function attemptStage(
  record: SubjectRecord,
  stage: StageName,
  handler: StageHandler,
  options: StationOptions,
  stop: AbortSignal,
): Promise<StageOutcome | Error> {
  const { store, leaseMs, policy } = options;
  const abandon = new AbortController();
  const signal = AbortSignal.any([stop, abandon.signal]);
  const renewal = setInterval(() => {
    // A renewal that fails is no news: the lease may run out, and then the fence decides.
    store.renew(record.id, record.fence, leaseMs).then(
      (held) => held ?? abandon.abort(new LeaseLostError(record.id)),
      () => undefined,
    );
  }, leaseMs / 3);
  const limit = setTimeout(() => abandon.abort(new AttemptTimeoutError(stage, policy.attemptMs)), policy.attemptMs);
  try {
    const item = {
      stage,
      kind: record.kind,
      id: record.id,
      datasetId: record.datasetId,
      generation: record.generation,
      attempt: record.attempts + 1,
      documents: record.documents,
      findings: record.findings,
    };
    return await Promise.race([handler(item, { ...options.context, signal }), abortOf(signal)]);
  } catch (error) {
    return asError(error);
  } finally {
    clearInterval(renewal);
    clearTimeout(limit);
    // What a stage that gave up left at work, a second judge for one, is paid for no longer.
    abandon.abort(new Error('the attempt is over'));
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(asError(signal.reason));
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
