import type { V1Job } from '@kubernetes/client-node';
import { answerOf, newCreation, type ClusterApi } from './cluster-api.ts';
import { JobNameConflictError } from './cluster-errors.ts';
import { ANNOTATIONS, LABELS } from './names.ts';

/** Why a Job of the wanted name cannot be taken over; undefined where it can (platform KJ-1). */
export function differenceOf(found: V1Job, wanted: V1Job): string | undefined {
  const owner = found.metadata?.labels?.[LABELS.instance];
  if (!isOurs(found, wanted)) return `it belongs to ${owner === undefined ? 'nobody that we know' : `the installation ${owner}`}`;
  const hash = found.metadata?.annotations?.[ANNOTATIONS.specHash];
  return hash === wanted.metadata?.annotations?.[ANNOTATIONS.specHash] ? undefined : 'it was made by another order, or under other settings';
}

/** What decides about a Job of our own that is there and is not as it is wanted. */
export interface Replacing {
  /** Whether nobody in this process holds it: then it is left from before the settings, or the version, changed. */
  readonly left: (found: V1Job) => boolean;
  readonly onReplaced: (found: V1Job) => void;
}

/**
 * Creates a Job, or takes over the equal one that is there; one of our own that other settings left there makes room. A
 * reply that is lost on its way makes no difference, and one that is called off leaves no Job behind. Throws
 * `JobNameConflictError`.
 */
export async function createOrAdopt(
  api: ClusterApi,
  wanted: V1Job,
  replacing: Replacing,
  signal?: AbortSignal,
): Promise<{ readonly job: V1Job; readonly adopted: boolean }> {
  const creation = newCreation();
  const marked: V1Job = { ...wanted, metadata: { ...wanted.metadata, annotations: { ...wanted.metadata?.annotations, [ANNOTATIONS.creation]: creation } } };
  let sent = false;
  try {
    return await taken(api, marked, replacing, { signal, onSend: () => (sent = true) });
  } catch (error) {
    // What cannot be removed now is swept like any other.
    if (sent && signal?.aborted === true) await undo(api, marked, replacing).catch(() => undefined);
    throw error;
  }
}

async function taken(
  api: ClusterApi,
  wanted: V1Job,
  { left, onReplaced }: Replacing,
  sending: { readonly signal: AbortSignal | undefined; readonly onSend: () => void },
): Promise<{ readonly job: V1Job; readonly adopted: boolean }> {
  const { signal } = sending;
  const namespace = wanted.metadata?.namespace ?? '';
  const name = wanted.metadata?.name ?? '';
  for (let round = 1; ; round += 1) {
    try {
      return { job: await api.createJob(namespace, wanted, sending), adopted: false };
    } catch (error) {
      if (answerOf(error) !== 'exists') throw error;
    }
    const found = await api.readJob(namespace, name, signal);
    if (found !== undefined && !isLeaving(found)) {
      const difference = differenceOf(found, wanted);
      if (difference === undefined) return { job: found, adopted: !isSame(found, wanted) };
      if (!isOurs(found, wanted) || !left(found)) throw new JobNameConflictError(namespace, name, difference);
      await api.deleteJob(namespace, name, found.metadata?.uid ?? '');
      onReplaced(found);
      continue;
    }
    // One that is being deleted makes room when its pods are gone.
    await api.calls.retries.rest(Math.min(250 * 2 ** round, 5_000), signal);
  }
}

/** Between two looks for a Job whose creation was called off: the server may have been at work on it. */
const LATE_MS = 1_000;

/** Deletes the Job that a call made whose answer nobody waited for. */
async function undo(api: ClusterApi, made: V1Job, { left }: Replacing): Promise<void> {
  const namespace = made.metadata?.namespace ?? '';
  const name = made.metadata?.name ?? '';
  let found = await api.readJob(namespace, name);
  if (found === undefined) {
    await api.calls.retries.rest(LATE_MS);
    found = await api.readJob(namespace, name);
  }
  if (found !== undefined && isSame(found, made) && left(found)) await api.deleteJob(namespace, name, found.metadata?.uid ?? '');
}

/** Whether one call made both. */
function isSame(found: V1Job, made: V1Job): boolean {
  return found.metadata?.annotations?.[ANNOTATIONS.creation] === made.metadata?.annotations?.[ANNOTATIONS.creation];
}

function isOurs(found: V1Job, wanted: V1Job): boolean {
  return found.metadata?.labels?.[LABELS.instance] === wanted.metadata?.labels?.[LABELS.instance];
}

function isLeaving(job: V1Job): boolean {
  return job.metadata?.deletionTimestamp !== undefined && job.metadata.deletionTimestamp !== null;
}
