import type { StageName } from '@mle-smith/contracts';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { auditStore } from '../audit.ts';
import { allSubjects } from '../each-subject.ts';
import type { EventBus } from '../event-bus.ts';
import { InProcessEventBus } from '../in-process-event-bus.ts';
import { newSubject } from '../new-subject.ts';
import { PipelineRun, type PipelineOptions } from '../pipeline-run.ts';
import type { StageHandler } from '../stage.ts';
import type { WorkNotice } from '../station.ts';
import { DEFAULT_RETRY_POLICY } from '../transitions.ts';
import { InMemoryTaskStore } from './in-memory-task-store.ts';
import { ManualClock } from './manual-clock.ts';
import { scriptedStages } from './scripted-stages.ts';

/** Everything that a run needs, in memory, on a clock of the test's own, with what was announced. */
export class Bench {
  readonly clock = new ManualClock();
  readonly store = new InMemoryTaskStore(this.clock.now);
  readonly artifacts = new InMemoryArtifactStore();
  readonly notices: WorkNotice[] = [];
  onNotice: (notice: WorkNotice) => void = () => undefined;

  /** A store with the dataset `d`, and a run over it. No waits: faults are tried again at once. */
  async run(tasks: number, scripts: Partial<Record<StageName, StageHandler>>, more: Partial<PipelineOptions> & { bus?: EventBus } = {}): Promise<PipelineRun> {
    await this.store.insert(
      newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.received' }, this.clock.now() + DEFAULT_RETRY_POLICY.deadlineMs),
    );
    return new PipelineRun({
      store: this.store,
      bus: new InProcessEventBus(),
      handlers: scriptedStages(tasks, scripts),
      workers: 2,
      context: { artifacts: this.artifacts },
      lookMs: 1,
      ...more,
      policy: { backoffMs: 0, ...more.policy },
      onNotice: (notice) => {
        this.notices.push(notice);
        this.onNotice(notice);
      },
    });
  }

  /** id → state of everything in the store. */
  async states(): Promise<Record<string, string>> {
    return Object.fromEntries((await allSubjects(this.store)).map(({ id, state }) => [id, state]));
  }

  audit(): ReturnType<typeof auditStore> {
    return auditStore(this.store, this.artifacts);
  }
}
