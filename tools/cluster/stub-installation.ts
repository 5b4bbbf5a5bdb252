import { KafkaConnection, KafkaEventBus, applyTopics, type KafkaEventBusOptions } from '@mle-smith/adapter-kafka';
import { migrate, MongoState } from '@mle-smith/adapter-mongo';
import { PIPELINE, type StageName } from '@mle-smith/contracts';
import type { ArtifactStore } from '@mle-smith/package';
import { StationRun, type StageHandler, type StationRunOptions } from '@mle-smith/stage-runtime';
import type { RunningServer } from '../testbed/server-recipe.ts';
import { newName, withDatabase } from './names.ts';

/** The servers that stations with stubs for stages need. */
export const STUB_SERVERS = ['kafka', 'mongo'] as const;

/** What one process of a station works with. */
export interface StubProcess {
  readonly state: MongoState;
  readonly bus: KafkaEventBus;
}

/** Topics and a database of its own on real servers, for stations whose stages are stubs. */
export class StubInstallation {
  readonly name = newName();
  readonly connection: KafkaConnection;
  readonly uri: string;
  readonly artifacts: ArtifactStore;
  readonly #processes: StubProcess[] = [];

  private constructor([kafka, mongo]: readonly RunningServer[], artifacts: ArtifactStore) {
    this.artifacts = artifacts;
    this.connection = KafkaConnection.parse({ brokers: [kafka?.address] });
    this.uri = withDatabase(mongo?.address ?? '', this.name);
  }

  /** Prepares the servers, in the order of `STUB_SERVERS`. */
  static async open(servers: readonly RunningServer[], artifacts: ArtifactStore): Promise<StubInstallation> {
    const installation = new StubInstallation(servers, artifacts);
    await migrate(installation.uri);
    await applyTopics(installation.connection, { prefix: `${installation.name}.` });
    return installation;
  }

  /** Connections as a process of this app has them; the bus is not started. */
  async process(app: string, options: Partial<KafkaEventBusOptions> = {}): Promise<StubProcess> {
    const state = await MongoState.open(this.uri, { appName: app });
    const bus = new KafkaEventBus({
      connection: this.connection,
      group: `${this.name}.${app}`,
      topicPrefix: `${this.name}.`,
      version: 'stub',
      onCrash: (error) => {
        throw error;
      },
      ...options,
    });
    const opened = { state, bus };
    this.#processes.push(opened);
    return opened;
  }

  /** A station's stages in such a process. */
  station(app: string, { state, bus }: StubProcess, handlers: Partial<Record<StageName, StageHandler>>, more: Partial<StationRunOptions> = {}): StationRun {
    return new StationRun({
      store: state.tasks,
      bus,
      stages: PIPELINE.filter((row) => row.app === app).map((row) => row.stage),
      handlers,
      owner: `${app}-${this.#processes.length}`,
      workers: 2,
      context: { artifacts: this.artifacts },
      ...more,
    });
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#processes.splice(0).map(async ({ state, bus }) => {
        await bus.close();
        await state.close();
      }),
    );
  }
}
