import type { TaskManifest } from '@mle-smith/contracts';

/** What tells whether two tasks are one: the raw data, what is asked of it, how it is scored, and how it is told. */
export interface TaskTrace {
  readonly id: string;
  /** Digest of the raw files. */
  readonly dataset: string;
  /** The raw column that is asked for. */
  readonly target: string;
  readonly metric: string;
  readonly description: string;
}

/** The trace of a package by its manifest and its description. */
export function traceOf({ id, dataset, target, metric }: Pick<TaskManifest, 'id' | 'dataset' | 'target' | 'metric'>, description: string): TaskTrace {
  return { id, dataset: dataset.digest, target: target.column, metric: metric.name, description };
}

/** The task that another one repeats. `same`: data, target and metric are equal; `alike`: the descriptions are. */
export interface Twin {
  readonly of: string;
  readonly kind: 'same' | 'alike';
  /** Cosine of the two descriptions' runs of words; 1 for `same`. */
  readonly similarity: number;
}

const RUN = 3;
const BANDS = 16;
const WIDTH = 4;
const FACTORS = Array.from({ length: BANDS * WIDTH }, (_, place) => Math.imul(place + 1, 0x9e3779b1) | 1);
const SHIFTS = Array.from({ length: BANDS * WIDTH }, (_, place) => Math.imul(place + 7, 0x85ebca6b));

/** Tasks that are known, found again at a cost that does not grow with their number: descriptions are compared where their smallest hashes meet. */
export class TwinIndex {
  readonly #alikeFrom: number;
  readonly #same = new Map<string, string>();
  readonly #runs = new Map<string, ReadonlySet<number>>();
  readonly #datasets = new Map<string, string>();
  readonly #bands = new Map<string, string[]>();

  /** Descriptions with a cosine above `alikeFrom` are one. */
  constructor(alikeFrom = 0.9) {
    this.#alikeFrom = alikeFrom;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Takes up a task; one that repeats another is taken up too, so that its own twins are found. */
  add(task: TaskTrace): void {
    const runs = runsOf(task.description);
    if (!this.#same.has(identityOf(task))) this.#same.set(identityOf(task), task.id);
    this.#runs.set(task.id, runs);
    this.#datasets.set(task.id, task.dataset);
    for (const band of bandsOf(runs)) {
      const members = this.#bands.get(band);
      if (members === undefined) this.#bands.set(band, [task.id]);
      else members.push(task.id);
    }
  }

  /**
   * The known task that this one repeats, the most alike first, then by id.
   *
   * Two questions about one dataset share the table of its columns, and the proposals have been compared already
   * (task-science 1): of one dataset only equal targets and metrics are twins.
   */
  twinOf(task: TaskTrace): Twin | undefined {
    const same = this.#same.get(identityOf(task));
    if (same !== undefined) return { of: same, kind: 'same', similarity: 1 };
    const runs = runsOf(task.description);
    const met = new Set(bandsOf(runs).flatMap((band) => this.#bands.get(band) ?? []));
    const alike = [...met]
      .filter((id) => this.#datasets.get(id) !== task.dataset)
      .map((id) => ({ of: id, kind: 'alike' as const, similarity: Number(cosine(runs, this.#runs.get(id) ?? new Set()).toFixed(3)) }))
      .filter(({ similarity }) => similarity > this.#alikeFrom)
      .sort((one, other) => other.similarity - one.similarity || (one.of < other.of ? -1 : 1));
    return alike[0];
  }
}

function identityOf({ dataset, target, metric }: TaskTrace): string {
  return JSON.stringify([dataset, target, metric]);
}

/** Hashes of the runs of three words; canaries and where the data comes from are no part of what is told. */
function runsOf(description: string): ReadonlySet<number> {
  const told = (description.split('\n## Origin')[0] ?? '').replace(/^Canary .*$/m, '');
  const words = told.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const runs = new Set<number>();
  for (let place = 0; place <= Math.max(0, words.length - RUN); place += 1) runs.add(hashOf(words.slice(place, place + RUN).join(' ')));
  return runs;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
}

/** The smallest hashes of a set, in bands: sets that share four fifths of their members meet in at least one. */
function bandsOf(runs: ReadonlySet<number>): string[] {
  const least = FACTORS.map(() => 0xffffffff);
  for (const run of runs)
    for (let place = 0; place < FACTORS.length; place += 1) {
      let mixed = Math.imul(run ^ (SHIFTS[place] ?? 0), FACTORS[place] ?? 1);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
      mixed = (mixed ^ (mixed >>> 13)) >>> 0;
      if (mixed < (least[place] ?? 0)) least[place] = mixed;
    }
  return Array.from({ length: BANDS }, (_, band) => `${band}:${least.slice(band * WIDTH, (band + 1) * WIDTH).join(',')}`);
}

function cosine(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  if (one.size === 0 || other.size === 0) return 0;
  let both = 0;
  for (const run of one) if (other.has(run)) both += 1;
  return both / Math.sqrt(one.size * other.size);
}
