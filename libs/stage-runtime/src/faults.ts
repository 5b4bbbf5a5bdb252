import { REASON_CODES, type ReasonCode } from '@mle-smith/contracts';
import type { StageOutcome } from './stage.ts';

/** Faults of the machine and of what it works with: the subject can do nothing about them, and trying again later may help. */
const INFRASTRUCTURE_CODES = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EBUSY',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'store_unreachable',
  'object_store_unreachable',
  'object_store_refused',
  'bus_unreachable',
  'bus_publish_failed',
  'model_unreachable',
  'cluster_unreachable',
  'cluster_refused',
  'pod_lost',
  'pod_unavailable',
  'pod_connection_lost',
  'pod_taken',
  'pod_stranger',
  'pod_answer_refused',
  'pod_inputs_refused',
  'job_name_conflict',
] as const;
export type InfrastructureCode = (typeof INFRASTRUCTURE_CODES)[number];

/**
 * What a thrown error means for its subject (platform ST-4): the end where it carries a reason code, a retry that
 * costs no attempt where the machine is at fault, undefined where it is a fault of this program.
 */
export function outcomeOfError(error: Error): StageOutcome | undefined {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return undefined;
  if (Object.hasOwn(REASON_CODES, code)) return { kind: 'ended', code: code as ReasonCode, message: error.message };
  return isInfrastructureCode(code) ? { kind: 'retry', code, message: error.message } : undefined;
}

/** Whether an error is a fault of the machine or of a server that may come back. */
export function isInfrastructureFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && isInfrastructureCode(code);
}

function isInfrastructureCode(code: string): code is InfrastructureCode {
  return INFRASTRUCTURE_CODES.some((known) => known === code);
}

/** How long to wait after so many faults in a row, ms: half a second, doubling up to half a minute, less up to a half by chance so that many do not come back at once. */
export function faultPause(faults: number): number {
  const longest = Math.min(30_000, 500 * 2 ** Math.min(faults - 1, 6));
  return longest * (0.5 + Math.random() / 2);
}

/** A stage that did not come back in time. */
export class AttemptTimeoutError extends Error {
  readonly code = 'attempt_timeout';
  constructor(stage: string, limitMs: number) {
    super(`the stage did not come back in time [stage=${stage}, limitMs=${limitMs}]`);
    this.name = new.target.name;
  }
}

/** Somebody else holds the subject now; whatever comes out of the work is dropped. */
export class LeaseLostError extends Error {
  readonly code = 'lease_lost';
  constructor(subject: string) {
    super(`the lease was taken over [subject=${subject}]`);
    this.name = new.target.name;
  }
}
