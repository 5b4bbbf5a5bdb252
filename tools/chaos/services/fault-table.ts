import type { Fault } from './fault.ts';
import { blockedEventLoop } from './faults/blocked-event-loop.ts';
import { cancelledEverywhere } from './faults/cancelled-everywhere.ts';
import { changingDataset } from './faults/changing-dataset.ts';
import { errorsOfConfiguration } from './faults/errors-of-configuration.ts';
import { fullDisk } from './faults/full-disk.ts';
import { fullHeap } from './faults/full-heap.ts';
import { killAroundPublication } from './faults/kill-around-publication.ts';
import { killAtCallsOfModels } from './faults/kill-at-calls-of-models.ts';
import { killEverything } from './faults/kill-everything.ts';
import { killIngest } from './faults/kill-ingest.ts';
import { mixture } from './faults/mixture.ts';
import { namesThatDoNotResolve } from './faults/names-that-do-not-resolve.ts';
import { rollingRestarts } from './faults/rolling-restarts.ts';
import { stoppedWorker } from './faults/stopped-worker.ts';
import { telemetryAway } from './faults/telemetry-away.ts';
import { toldToEndWithoutItsStore } from './faults/told-to-end-without-its-store.ts';
import { wrongClocks } from './faults/wrong-clocks.ts';

/** Every fault that is done to the services, in the order of the matrix. */
export const FAULTS: readonly Fault[] = [
  killIngest,
  killAtCallsOfModels,
  killAroundPublication,
  killEverything,
  stoppedWorker,
  blockedEventLoop,
  rollingRestarts,
  toldToEndWithoutItsStore,
  wrongClocks,
  fullDisk,
  fullHeap,
  changingDataset,
  cancelledEverywhere,
  telemetryAway,
  errorsOfConfiguration,
  namesThatDoNotResolve,
  mixture,
];
