import { acceptDatasets } from '@mle-smith/ingest';
import { eventType, PIPELINE, type Fact, type StageName, type TaskEvent } from '@mle-smith/contracts';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { DEFAULT_RETRY_POLICY, newSubject, type StageHandler, type StationRun, type WorkNotice } from '@mle-smith/stage-runtime';
import { STUB_SERVERS, StubInstallation, type StubProcess } from '../../cluster/stub-installation.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';

/** The stations of the pipeline. */
export const APPS = [...new Set(PIPELINE.map((row) => row.app))];

export interface StubStationsOptions {
  readonly apps: readonly string[];
  readonly workers: number;
  /** What a stage does; brainstorm makes one task of each dataset after that. */
  readonly work?: () => Promise<void>;
  readonly onNotice?: (notice: WorkNotice) => void;
}

/** Stations with stubs for stages, each with connections of its own, in this process. */
export class StubStations {
  readonly client: StubProcess;
  readonly #installation: StubInstallation;
  readonly #runs: readonly StationRun[];
  readonly #working: readonly Promise<void>[];

  private constructor(installation: StubInstallation, client: StubProcess, runs: readonly StationRun[]) {
    this.#installation = installation;
    this.client = client;
    this.#runs = runs;
    this.#working = runs.map((run) => run.start());
  }

  /** Starts them; resolves when all hear news. */
  static async start(servers: readonly RunningServer[], folder: string, options: StubStationsOptions): Promise<StubStations> {
    const [kafka, mongo] = STUB_SERVERS.map((name) => servers.find((server) => server.name === name));
    const installation = await StubInstallation.open([kafka, mongo] as RunningServer[], await FilesystemArtifactStore.open(folder));
    const client = await installation.process('client');
    const runs: StationRun[] = [];
    for (const app of options.apps) {
      const own = await installation.process(app);
      if (app === 'ingest') acceptDatasets({ bus: own.bus, store: own.state.tasks, artifacts: installation.artifacts });
      const more = { workers: options.workers, ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }) };
      runs.push(installation.station(app, own, handlers(options.work), more));
      await own.bus.start();
    }
    return new StubStations(installation, client, runs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.drain()));
    await Promise.all(this.#working);
    await this.#installation.close();
  }
}

/** News of a new subject. */
export function newsOf(fact: Fact, id: string): TaskEvent {
  const data = { generation: 1, datasetId: id, documents: {}, ...(fact === 'dataset.received' ? { uri: `s3://lake/${id}/` } : {}) };
  return { id: `event-${fact}-${id}`, type: eventType(fact), source: 'mle-smith/bench', subject: id, time: new Date().toISOString(), data };
}

/** Makes so many subjects at once, and sends news of them; datasets are made by ingest, which is told where they lie. */
export async function announce({ bus, state }: StubProcess, fact: Fact, ids: readonly string[]): Promise<void> {
  const deadline = (await state.tasks.now()) + DEFAULT_RETRY_POLICY.deadlineMs;
  const made = async (id: string): Promise<void> => {
    if (fact === 'task.proposed') await state.tasks.insert(newSubject({ id, kind: 'task', datasetId: id, state: fact }, deadline));
    await bus.publish(fact, id, newsOf(fact, id));
  };
  await Promise.all(ids.map(made));
}

/** Names of subjects. */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function handlers(work: () => Promise<void> = async () => undefined): Readonly<Record<StageName, StageHandler>> {
  const entries = PIPELINE.map(({ stage }): [string, StageHandler] => [
    stage,
    async ({ id }) => {
      await work();
      return { kind: 'advanced', documents: {}, ...(stage === 'brainstorm' ? { children: [{ id: `${id}-task`, documents: {} }] } : {}) };
    },
  ]);
  return Object.fromEntries(entries) as Record<StageName, StageHandler>;
}
