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
 * reply that is lost on its way makes no difference. Throws `JobNameConflictError`.
 */
export async function createOrAdopt(
  api: ClusterApi,
  wanted: V1Job,
  { left, onReplaced }: Replacing,
  signal?: AbortSignal,
): Promise<{ readonly job: V1Job; readonly adopted: boolean }> {
  const creation = newCreation();
  const namespace = wanted.metadata?.namespace ?? '';
  const name = wanted.metadata?.name ?? '';
  const marked: V1Job = { ...wanted, metadata: { ...wanted.metadata, annotations: { ...wanted.metadata?.annotations, [ANNOTATIONS.creation]: creation } } };
  for (let round = 1; ; round += 1) {
    try {
      return { job: await api.createJob(namespace, marked, signal), adopted: false };
    } catch (error) {
      if (answerOf(error) !== 'exists') throw error;
    }
    const found = await api.readJob(namespace, name, signal);
    if (found !== undefined && !isLeaving(found)) {
      const difference = differenceOf(found, wanted);
      if (difference === undefined) return { job: found, adopted: found.metadata?.annotations?.[ANNOTATIONS.creation] !== creation };
      if (!isOurs(found, wanted) || !left(found)) throw new JobNameConflictError(namespace, name, difference);
      await api.deleteJob(namespace, name, found.metadata?.uid ?? '');
      onReplaced(found);
      continue;
    }
    // One that is being deleted makes room when its pods are gone.
    await api.calls.retries.rest(Math.min(250 * 2 ** round, 5_000), signal);
  }
}

function isOurs(found: V1Job, wanted: V1Job): boolean {
  return found.metadata?.labels?.[LABELS.instance] === wanted.metadata?.labels?.[LABELS.instance];
}

function isLeaving(job: V1Job): boolean {
  return job.metadata?.deletionTimestamp !== undefined && job.metadata.deletionTimestamp !== null;
}
