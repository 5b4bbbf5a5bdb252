import { createHash } from 'node:crypto';
import { locationUri, parseLocation, type BucketPrefix, type DatasetLocation, type SourceNotice } from '@mle-smith/contracts';
import { putJson, type ArtifactStore, type DatasetSource, type FoundDataset } from '@mle-smith/package';
import { newDataset, type TaskStore } from '@mle-smith/stage-runtime';
import { slug } from '@mle-smith/task';

export interface PrefixWatchOptions extends BucketPrefix {
  readonly source: Pick<DatasetSource, 'scan'>;
  readonly store: Pick<TaskStore, 'get' | 'insert' | 'now'>;
  readonly artifacts: ArtifactStore;
  /** How long listings have to stay equal, ms. */
  readonly quietMs: number;
  /** A file that says that a dataset is complete; one without it is none yet. */
  readonly marker?: string | undefined;
  /**
   * How long a dataset that no event told this process of is left to the others, ms, where events are heard at all:
   * each event comes to one replica, and only that one knows that it is no gap. Twice the time between two looks.
   */
  readonly patienceMs?: number;
  /** Ms of a clock that only goes forward. */
  readonly now?: () => number;
  readonly onNotice?: (notice: SourceNotice) => void;
}

/** A dataset as this process saw it. */
interface Sight {
  readonly fingerprint: string;
  readonly firstAt: number;
  /** Since when listings are equal. */
  readonly since: number;
  readonly known: boolean;
  /** When it was left to others. */
  readonly settledAt?: number;
}

/** Folder names that a dataset cannot have where it is laid out, or in an address. */
const UNFIT = /^[.\s]*$|[\u0000-\u001f\u007f]/;
const LONGEST_URI = 2_048;
const LONGEST_NAME = 29;
/** Names that events told of and that no listing has settled yet. What is beyond is taken all the same, and may count as a gap. */
const MOST_TOLD = 10_000;

/**
 * The datasets below one prefix of a bucket: each folder is one, and each state of it that nobody writes to any more is a
 * version, which becomes a subject once, whoever looks and however often (platform IN-2 to IN-4). Events are hints.
 */
export class PrefixWatch {
  readonly #options: PrefixWatchOptions;
  readonly #now: () => number;
  readonly #sights = new Map<string, Sight>();
  readonly #told = new Set<string>();
  #hearsEvents = false;

  constructor(options: PrefixWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Whether an address is a dataset of this watch; then an event has told of it, and a listing will take it. */
  tell(uri: string): boolean {
    const { bucket, prefix } = this.#options;
    const place = parseLocation(uri);
    if (place?.bucket !== bucket || !place.prefix.startsWith(prefix)) return false;
    const name = place.prefix.slice(prefix.length, -1);
    if (name === '' || name.includes('/')) return false;
    this.#hearsEvents = true;
    if (this.#told.size < MOST_TOLD) this.#told.add(name);
    return true;
  }

  /** Names it in what is told. */
  get source(): string {
    return this.#options.bucket;
  }

  /** Looks once; throws what source and stores throw, and then what was not taken is taken next time. */
  async look(): Promise<void> {
    const toldBefore = [...this.#told];
    const found = await this.#options.source.scan();
    const names = new Set(found.map(({ name }) => name));
    for (const name of this.#sights.keys()) if (!names.has(name)) this.#sights.delete(name);
    // An event comes after its object: a name that was told before the listing, and is not in it, is gone again.
    for (const name of toldBefore) if (!names.has(name)) this.#told.delete(name);
    for (const dataset of found) await this.#lookAt(dataset);
  }

  async #lookAt(dataset: FoundDataset): Promise<void> {
    const { name, fingerprint, objects } = dataset;
    const { bucket, prefix } = this.#options;
    const uri = locationUri({ bucket, prefix: `${prefix}${name}/` });
    if (UNFIT.test(name) || uri.length > LONGEST_URI) return this.#looked('refused', objects.length);
    const sight = this.#sight(dataset);
    const id = `${slug(name, 'dataset', LONGEST_NAME)}-${versionOf(uri, fingerprint)}`;
    if (sight.known || (await this.#options.store.get(id)) !== undefined) {
      this.#know(name, sight);
      return this.#looked('known', objects.length);
    }
    const by = this.#settled(dataset, sight);
    const told = this.#told.has(name);
    if (by === undefined || (!told && this.#leavesIt(name, sight))) return;
    const first = await this.#register(id, { kind: 's3', uri, fingerprint });
    this.#know(name, sight);
    if (!first) return this.#looked('known', objects.length);
    this.#looked('taken', objects.length);
    const gap = this.#hearsEvents && !told;
    const { bucket: source } = this.#options;
    this.#options.onNotice?.({ kind: 'found', source, dataset: id, uri, objects: objects.length, settledMs: this.#now() - sight.firstAt, by, gap });
  }

  /** It is in the store, whoever took it: what was told of it is dealt with. */
  #know(name: string, sight: Sight): void {
    this.#sights.set(name, { ...sight, known: true });
    this.#told.delete(name);
  }

  /** Whether another replica, which an event may have told of it, is to take it first. */
  #leavesIt(name: string, sight: Sight): boolean {
    if (!this.#hearsEvents) return false;
    const settledAt = sight.settledAt ?? this.#now();
    this.#sights.set(name, { ...sight, settledAt });
    return this.#now() - settledAt < (this.#options.patienceMs ?? 0);
  }

  #sight({ name, fingerprint }: FoundDataset): Sight {
    const now = this.#now();
    const before = this.#sights.get(name);
    const sight =
      before?.fingerprint === fingerprint ? before : { fingerprint, firstAt: before?.known === false ? before.firstAt : now, since: now, known: false };
    this.#sights.set(name, sight);
    return sight;
  }

  /** What tells that nobody writes any more: the marker, where nothing is newer; else listings that stayed equal. */
  #settled({ objects }: FoundDataset, { since }: Sight): 'marker' | 'quiet' | undefined {
    const { marker, quietMs } = this.#options;
    const mark = marker === undefined ? undefined : objects.find(({ path }) => path === marker);
    if (marker !== undefined && mark === undefined) return undefined;
    if (mark !== undefined && objects.every(({ modifiedAt }) => modifiedAt <= mark.modifiedAt)) return 'marker';
    return this.#now() - since >= quietMs ? 'quiet' : undefined;
  }

  async #register(id: string, location: DatasetLocation): Promise<boolean> {
    const { store, artifacts } = this.#options;
    const documents = { location: await putJson(artifacts, location) };
    return store.insert(newDataset({ id, documents }, await store.now()));
  }

  #looked(outcome: 'taken' | 'known' | 'refused', objects: number): void {
    this.#options.onNotice?.({ kind: 'looked', source: this.#options.bucket, outcome, objects });
  }
}

/** Ten digits that tell one state of one place from every other. */
function versionOf(uri: string, fingerprint: string): string {
  return createHash('sha256').update(`${uri}\n${fingerprint}`).digest('hex').slice(0, 10);
}
