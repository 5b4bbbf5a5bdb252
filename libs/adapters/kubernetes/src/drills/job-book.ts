import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { ANNOTATIONS, LABELS } from '../cluster/names.ts';
import type { PodZone } from '../cluster/pod-jobs.ts';

/** One Job that was ever there; another one of the same name is another one. */
export interface SeenJob {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  /** `MLE_SMITH_INSTALLATION` of whoever made it. */
  readonly installation: string;
  /** The key of its order. */
  readonly key: string;
  readonly zone: PodZone;
  /** `untrusted`: for one job alone. */
  readonly trust: 'ours' | 'untrusted';
  /** ms of this process. */
  readonly createdAt: number;
  /** When it was gone; undefined while it is there. */
  readonly goneAt: number | undefined;
  /** Its pod, since there is one. */
  readonly pod: string | undefined;
  /** The address of the pod while its container runs. */
  readonly host: string | undefined;
}

/** Everything that a watch told of Jobs and pods: what there ever was, in the order in which it came. */
export class JobBook {
  readonly #jobs = new Map<string, { -readonly [Field in keyof SeenJob]: SeenJob[Field] }>();
  readonly #now: () => number;

  /** `now` in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get jobs(): readonly SeenJob[] {
    return [...this.#jobs.values()];
  }

  /** Those that are there now. */
  get there(): readonly SeenJob[] {
    return this.jobs.filter(({ goneAt }) => goneAt === undefined);
  }

  hearJob(type: string, job: V1Job): void {
    const { uid = '', name = '', namespace = '', labels = {}, annotations = {} } = job.metadata ?? {};
    const known = this.#jobs.get(uid);
    if (known === undefined)
      this.#jobs.set(uid, {
        name,
        uid,
        namespace,
        installation: labels[LABELS.instance] ?? '',
        key: annotations[ANNOTATIONS.key] ?? '',
        zone: labels[LABELS.zone] === 'solve' ? 'solve' : 'grade',
        trust: labels[LABELS.trust] === 'ours' ? 'ours' : 'untrusted',
        createdAt: this.#now(),
        goneAt: type === 'DELETED' ? this.#now() : undefined,
        pod: undefined,
        host: undefined,
      });
    else if (type === 'DELETED') known.goneAt ??= this.#now();
  }

  hearPod(type: string, pod: V1Pod): void {
    const job = this.#jobs.get(pod.metadata?.labels?.[LABELS.jobUid] ?? '');
    if (job === undefined) return;
    job.pod = pod.metadata?.name;
    const runs = type !== 'DELETED' && pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined) === true;
    job.host = runs ? pod.status?.podIP : undefined;
  }
}
