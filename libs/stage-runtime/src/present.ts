import { PIPELINE, pipelineStage, type OpenSubject, type Present } from '@mle-smith/contracts';
import { stageOf } from '@mle-smith/task';
import type { HistoryRow, StandingSubject } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';
import { DEFAULT_RETRY_POLICY } from './transitions.ts';

const OPEN_STATES = PIPELINE.map(({ consumes }) => consumes);

/** What is known beside the store: the time by its clock, and whether those who hold leases can be alive. */
export interface Seen {
  /** ms since the epoch. */
  readonly now: number;
  /** False where no process works on the store; true where it is not said. */
  readonly atWork?: boolean | undefined;
}

/** The open subjects that have made no step for longest, and what each waits for. */
export async function oldestOpen(store: Pick<TaskStore, 'oldest' | 'now'>, limit: number, atWork?: boolean): Promise<OpenSubject[]> {
  const now = await store.now();
  return (await store.oldest(OPEN_STATES, limit)).flatMap(({ record, last }) => {
    const present = presentOf(record, last, { now, atWork });
    return present === undefined ? [] : [{ id: record.id, kind: record.kind, state: record.state, present }];
  });
}

/** What becomes of a subject now, by it and the last line of its history; undefined of one that has ended. */
export function presentOf(record: StandingSubject['record'], last: HistoryRow | undefined, { now, atWork = true }: Seen): Present | undefined {
  const { state, attempts, notBefore, deadline, cancelRequested, lease } = record;
  const stage = stageOf(state);
  if (stage === undefined) return undefined;
  return {
    doing: lease === undefined ? (notBefore > now ? 'retries' : 'waits') : atWork && lease.until > now ? 'works' : 'left',
    stage,
    since: timeOf(record.since ?? deadline - DEFAULT_RETRY_POLICY.deadlineMs),
    attempt: attempts + 1,
    ...(lease === undefined ? {} : { worker: lease.owner, leaseUntil: timeOf(lease.until) }),
    ...(lease?.since === undefined ? {} : { workSince: timeOf(lease.since) }),
    ...(notBefore > now ? { again: timeOf(notBefore) } : {}),
    ...afterFault(record, last),
    cancelRequested,
    deadline: timeOf(deadline),
  };
}

/** Why the last attempt came to nothing, and how many may do so. */
function afterFault({ state, attempts, infraRetries }: StandingSubject['record'], last: HistoryRow | undefined): Partial<Present> {
  if (last === undefined || last.to !== state || (last.outcome !== 'retry' && last.outcome !== 'failed')) return {};
  const reason = last.message === undefined ? {} : { reason: last.message };
  if (last.outcome === 'retry') return { ...reason, ...(last.mostRetries === undefined ? {} : { retries: infraRetries, mostRetries: last.mostRetries }) };
  const stage = stageOf(state);
  return { ...reason, ...(stage === undefined ? {} : { retries: attempts, mostRetries: pipelineStage(stage).maxAttempts - 1 }) };
}

/** A time as the history tells it; what no clock shows is the nearest that one does. */
function timeOf(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 8.64e15)).toISOString();
}
