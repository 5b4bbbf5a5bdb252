import { DatasetLocation, type TaskEvent } from '@mle-smith/contracts';
import { putJson, type ArtifactStore } from '@mle-smith/package';
import { DEFAULT_RETRY_POLICY, newSubject, type EventBus, type Taken, type TaskStore } from '@mle-smith/stage-runtime';

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
  const deadline = (await store.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
  const isNew = await store.insert(
    newSubject({ id: event.subject, kind: 'dataset', datasetId: event.subject, state: 'dataset.received', documents: { location } }, deadline),
  );
  return isNew ? 'accepted' : 'repeated';
}
