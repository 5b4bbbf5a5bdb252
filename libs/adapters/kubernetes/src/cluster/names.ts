import { createHash } from 'node:crypto';

/** Keys of labels; ours never depend on what a user of the cluster adds. */
export const LABELS = {
  partOf: 'app.kubernetes.io/part-of',
  /** The installation: nobody touches Jobs of another one. */
  instance: 'mle-smith.io/instance',
  /** Which one, where two have the same name. */
  owner: 'mle-smith.io/owner',
  zone: 'mle-smith.io/zone',
  profile: 'mle-smith.io/profile',
  trust: 'mle-smith.io/trust',
  /** Set by the Job controller on its pods. */
  jobUid: 'batch.kubernetes.io/controller-uid',
  jobName: 'batch.kubernetes.io/job-name',
  /** Read by Kueue. */
  queue: 'kueue.x-k8s.io/queue-name',
} as const;

export const ANNOTATIONS = {
  /** The order's key, as it was before it became a name. */
  key: 'mle-smith.io/key',
  /** Of everything that was asked for: a Job with another one is not taken over. */
  specHash: 'mle-smith.io/spec-hash',
  /** Chance, one a `start`: tells a Job that this call made, whose reply was lost, from one that was there. */
  creation: 'mle-smith.io/creation',
} as const;

export const CONTAINER = 'sandbox';
/** What order labels begin with; `LABELS` of these names cannot be overwritten. */
export const LABEL_PREFIX = 'mle-smith.io/';

/** What a label's value, a label's name and a DNS label may be. */
export const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whose Jobs they are. */
export interface Installation {
  readonly instance: string;
  readonly owner?: string | undefined;
}

/** The name of a key's Job, at most 63 characters: readable where the key is, and unlike any other key's or installation's. */
export function jobName({ instance, owner }: Installation, key: string): string {
  return `mls-${slug(key, 42) || 'job'}-${hash(`${owner === undefined ? instance : `${instance}/${owner}`}\n${key}`)}`;
}

/** Labels that all of its Jobs have, and nobody else's. */
export function installationLabels({ instance, owner }: Installation): Record<string, string> {
  return { [LABELS.instance]: instance, ...(owner === undefined ? {} : { [LABELS.owner]: owner }) };
}

/** A number below `count`, the same for a name each time; two names have the same one about once in `count`. */
export function numberOf(name: string, count: number): number {
  return Number(BigInt(`0x${hash(name)}`) % BigInt(count));
}

/** Any text as the value of a label: itself where that is legal, else a readable part and a hash. */
export function labelValue(text: string): string {
  if (text === '' || LABEL_VALUE.test(text)) return text;
  const readable = slug(text, 46);
  return readable === '' ? hash(text) : `${readable}-${hash(text)}`;
}

function slug(text: string, longest: number): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longest)
    .replace(/-+$/, '');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
