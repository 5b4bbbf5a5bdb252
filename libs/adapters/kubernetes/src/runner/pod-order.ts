import { createHash, createHmac } from 'node:crypto';
import { DEFAULT_LIMITS, type Job, type JobLimits, type Zone } from '@mle-smith/environment';
import { HASH_SEEDS } from '@mle-smith/environment/sandbox';
import { canonicalJson } from '@mle-smith/package';
import type { PodJobOrder } from '../cluster/pod-jobs.ts';
import { digestOfToken } from './pod-channel.ts';

/** Memory of the server besides that of its job: once it runs one job, warm it holds what it imported for many. */
const OWN_MEMORY_MB = { once: 256, warm: 768 };
/** For inputs, answer, and a successor that has to find the pod. */
const SPARE_SECONDS = 600;
/** How long nobody may be connected to a pod before it ends itself: a successor comes within the time of a lease. */
const IDLE_SECONDS = 300;
/** The same for a pod that no successor takes up: longer than a connection that was lost is tried for. */
export const ABANDONED_SECONDS = 90;
const WARM_LIFE_SECONDS = 4 * 3600;
/** A warm pod takes no job after so long, so that none is cut by the end of its life. */
export const WARM_USE_SECONDS = WARM_LIFE_SECONDS - 3600;
/** For the inputs and the answer of the last job of a session. */
const SESSION_SPARE_SECONDS = 120;
const MIB = 1024 * 1024;

/** The name of a row of the profile table for each zone of jobs. */
export interface ZoneProfiles extends Readonly<Record<Zone, string>> {
  /** Of our own code in the zone `solve`, the baselines; that of the zone where absent. */
  readonly baselines?: string;
}

/** The row for a zone's jobs of this trust: what candidates wait for need not be held by code of ours. */
export function profileOf(profiles: ZoneProfiles, zone: Zone, trust: Job['trust']): string {
  return zone === 'solve' && trust === 'ours' ? (profiles.baselines ?? profiles.solve) : profiles[zone];
}

/** What a job's Job is known by: the same for the same job, whoever runs it and whenever, and another one for any other job. */
export function keyOf(job: Job): string {
  const { files = {}, session: _, ...rest } = job;
  const digests = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]));
  return `${job.name}-${createHash('sha256')
    .update(canonicalJson({ ...rest, files: digests }))
    .digest('hex')
    .slice(0, 16)}`;
}

/** The token that a pod's server wants to see; a pure function of the installation's secret and the key, so that a successor has it too. */
export function tokenOf(secret: string, key: string): string {
  return createHmac('sha256', secret).update(`pod\n${key}`).digest('hex');
}

/** By which an installation knows its Jobs from those of another one of the same name: another secret is another owner. */
export function ownerOf(secret: string): string {
  return createHmac('sha256', secret).update('owner').digest('hex').slice(0, 16);
}

/** The order of a pod for one job. */
export function onceOrder(job: Job, key: string, inputBytes: number, secret: string, profiles: ZoneProfiles): PodJobOrder {
  const limits = { ...DEFAULT_LIMITS, ...job.limits };
  return orderOf(key, job.zone, job.trust, limits, secret, profiles, {
    inputMb: inputMbOf(inputBytes),
    lifeSeconds: Math.ceil(limits.wallMs / 1000) + SPARE_SECONDS,
    use: 'once',
    label: job.name,
  });
}

/** How long the pods of sessions may live, and how long nobody may be connected to one before it ends itself, both in seconds. */
export interface SessionTimes {
  readonly life: number;
  readonly abandoned: number;
}

/**
 * The order of a pod for the jobs of one session, the first of which this is, and how long it takes jobs, in seconds. It
 * belongs to the process that made it: a successor begins the session anew in a pod of its own.
 */
export function sessionOrder(
  job: Job,
  key: string,
  inputBytes: number,
  secret: string,
  profiles: ZoneProfiles,
  { life, abandoned }: SessionTimes,
): { readonly order: PodJobOrder; readonly useSeconds: number } {
  const limits = { ...DEFAULT_LIMITS, ...job.limits };
  const last = Math.ceil(limits.wallMs / 1000) + SESSION_SPARE_SECONDS;
  const lifeSeconds = Math.max(life, last);
  const order = orderOf(key, job.zone, job.trust, limits, secret, profiles, {
    inputMb: inputMbOf(inputBytes),
    lifeSeconds,
    idleSeconds: abandoned,
    use: 'session',
    label: job.name,
  });
  return { order, useSeconds: lifeSeconds - last };
}

/** The order of a pod for many jobs of ours. */
export function warmOrder(zone: Zone, key: string, secret: string, profiles: ZoneProfiles): PodJobOrder {
  return orderOf(key, zone, 'ours', DEFAULT_LIMITS, secret, profiles, {
    lifeSeconds: WARM_LIFE_SECONDS,
    idleSeconds: ABANDONED_SECONDS,
    use: 'warm',
    label: 'warm',
  });
}

interface Rest {
  readonly inputMb?: number;
  readonly lifeSeconds: number;
  readonly idleSeconds?: number;
  /** For one job, for the jobs of a session, or for jobs of ours, whose imports it keeps. */
  readonly use: 'once' | 'session' | 'warm';
  readonly label: string;
}

/** What `/input` has to hold for files that take so many bytes of a file system, MiB: with room for what that takes for itself, and for a longer program than the first of a session. */
export function inputMbOf(bytes: number): number {
  return Math.ceil((bytes * 1.1) / MIB) + 16;
}

function orderOf(
  key: string,
  zone: Zone,
  trust: Job['trust'],
  limits: JobLimits,
  secret: string,
  profiles: ZoneProfiles,
  { inputMb, lifeSeconds, idleSeconds = IDLE_SECONDS, use, label }: Rest,
): PodJobOrder {
  return {
    key,
    // Raw data and answers are where no candidate ever is.
    zone: zone === 'solve' ? 'solve' : 'grade',
    profile: profileOf(profiles, zone, trust),
    trust,
    limits: {
      memoryMb: limits.memoryMb + (use === 'warm' ? OWN_MEMORY_MB.warm : OWN_MEMORY_MB.once),
      processes: limits.processes,
      diskMb: limits.diskMb,
      ...(inputMb === undefined ? {} : { inputMb }),
      deadlineSeconds: lifeSeconds + 30,
    },
    environment: {
      PYTHONHASHSEED: String(HASH_SEEDS[zone]),
      MLE_ENV_DOOR: digestOfToken(tokenOf(secret, key)),
      MLE_ENV_IDLE_SECONDS: String(idleSeconds),
      MLE_ENV_LIFE_SECONDS: String(lifeSeconds),
      ...(use === 'warm' ? { MLE_ENV_KEEP_IMPORTS: '1' } : {}),
      ...(use === 'once' ? { MLE_ENV_ONCE: '1' } : {}),
    },
    labels: { job: label, 'job-zone': zone },
  };
}
