import type { Isolation } from '@mle-smith/contracts';
import { DEFAULT_LIMITS, type Job, type JobResult, type JobStatus } from '@mle-smith/environment';
import { escapeControls } from '@mle-smith/environment/sandbox';
import type { PodEnd } from '../cluster/pod-jobs.ts';
import { LogWindow } from '../cluster/pod-log.ts';

/** What a pod that ended without an answer says of its job; the others are faults of the cluster. */
const STATUS_OF: Readonly<Partial<Record<PodEnd['failure'], JobStatus>>> = {
  memory: 'out_of_memory',
  disk: 'output_rejected',
  timeout: 'timeout',
  program: 'lost',
  none: 'lost',
};

/** The result of a job whose pod ended without an answer; undefined where that is no fault of the job. */
export function resultOfEnd(job: Job, end: PodEnd, isolation: Isolation): JobResult | undefined {
  const status = STATUS_OF[end.failure];
  if (status === undefined) return undefined;
  // The reason quotes the last line of the log.
  const message = end.failure === 'program' && !mayTell(job) ? `the pod ended with code ${end.exitCode ?? 'unknown'}` : end.reason;
  return { status, log: logOf(job, end.log), message, outputs: [], durationMs: millisecondsOf(end), isolation };
}

/** What a job's result may tell of its pod's log: head and tail, as long as the job's own log may be. */
export function logOf(job: Job, log = ''): string {
  if (!mayTell(job)) return '';
  const half = Math.floor((job.limits?.logBytes ?? DEFAULT_LIMITS.logBytes) / 2);
  const window = new LogWindow({ head: half, tail: half });
  window.write(Buffer.from(log));
  return escapeControls(window.text());
}

/** A pod of ours is that of many jobs, and what a grader saw is for no candidate; the log of the service tells the end of every pod's. */
function mayTell({ trust, zone }: Job): boolean {
  return trust === 'untrusted' && zone !== 'grade';
}

/** How long a pod ran by the clocks of the cluster. */
function millisecondsOf({ startedAt, finishedAt }: PodEnd): number {
  return startedAt === undefined || finishedAt === undefined ? 0 : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
}
