import { DatasetLocation, type TaskEvent } from '@mle-smith/contracts';
import { putJson, type ArtifactStore } from '@mle-smith/package';
import { newDataset, type EventBus, type Taken, type TaskStore } from '@mle-smith/stage-runtime';

export interface AcceptOptions {
  readonly bus: EventBus;
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  /** Whether a listing takes what lies at an address; then an event is only a hint. */
  readonly isWatched?: (uri: string) => boolean;
}

/** Takes datasets that are announced on the bus: each becomes one subject, however often it is told (platform KB-5). */
export function acceptDatasets(options: AcceptOptions): void {
  options.bus.subscribe('dataset.received', (event) => acceptDataset(event, options));
}

/** Turns a `dataset.received` event into its dataset. An event without a place tells of one that is in the store already. */
export async function acceptDataset(event: TaskEvent, { store, artifacts, isWatched = () => false }: Omit<AcceptOptions, 'bus'>): Promise<Taken | void> {
  if (event.data.uri === undefined || isWatched(event.data.uri)) return;
  const location = await putJson(artifacts, DatasetLocation.parse({ kind: 's3', uri: event.data.uri }));
  const isNew = await store.insert(newDataset({ id: event.subject, documents: { location } }, await store.now()));
  return isNew ? 'accepted' : 'repeated';
}
