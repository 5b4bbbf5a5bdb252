import type { Fault } from './fault.ts';
import { cancelledEverywhere } from './faults/cancelled-everywhere.ts';
import { errorsOfConfiguration } from './faults/errors-of-configuration.ts';
import { killAroundPublication } from './faults/kill-around-publication.ts';
import { killAtCallsOfModels } from './faults/kill-at-calls-of-models.ts';
import { killEverything } from './faults/kill-everything.ts';
import { namesThatDoNotResolve } from './faults/names-that-do-not-resolve.ts';
import { rollingRestarts } from './faults/rolling-restarts.ts';
import { stoppedWorker } from './faults/stopped-worker.ts';

/** Every fault that is done to the services, in the order of the matrix. */
export const FAULTS: readonly Fault[] = [
  killAtCallsOfModels,
  killAroundPublication,
  killEverything,
  stoppedWorker,
  rollingRestarts,
  cancelledEverywhere,
  errorsOfConfiguration,
  namesThatDoNotResolve,
];
