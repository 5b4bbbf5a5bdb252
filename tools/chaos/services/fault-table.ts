import type { Fault } from './fault.ts';
import { brokerGone, brokerRestarted } from './faults/broker-away.ts';
import { brokerMissingAtStart } from './faults/broker-missing-at-start.ts';
import { messagesLate, messagesThrice, topicsReplayed } from './faults/messages-again.ts';
import { messagesNobodyCanRead, messagesTooLarge } from './faults/messages-nobody-can-read.ts';
import { modelFails, modelKeyRevoked, modelSaysLater, modelSaysNonsense, modelWithoutCredit } from './faults/model-troubles.ts';
import { storeNotSetUp } from './faults/store-not-set-up.ts';
import { storeAnswersLost, storeAway, storeResets, storeSlow } from './faults/store-troubles.ts';
import { topicsThatTakeNothing } from './faults/topics-that-take-nothing.ts';
import { apiServerAway, apiServerRefuses } from './faults/api-server-troubles.ts';
import { blockedEventLoop } from './faults/blocked-event-loop.ts';
import { budgetReached } from './faults/budget-reached.ts';
import { cancelledEverywhere } from './faults/cancelled-everywhere.ts';
import { changingDataset } from './faults/changing-dataset.ts';
import { errorsOfConfiguration } from './faults/errors-of-configuration.ts';
import { fullDisk } from './faults/full-disk.ts';
import { fullHeap } from './faults/full-heap.ts';
import { jobsDeletedEarly, nodeDrained } from './faults/jobs-taken-away.ts';
import { killsRoundCalls, killsRoundWork } from './faults/kills-round-jobs.ts';
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
import { twoInstallations } from './faults/two-installations.ts';
import { wrongClocks } from './faults/wrong-clocks.ts';

/** Every fault that is done to the services, in the order of the matrix. */
export const FAULTS: readonly Fault[] = [
  killIngest,
  killAtCallsOfModels,
  killsRoundCalls,
  killsRoundWork,
  killAroundPublication,
  killEverything,
  stoppedWorker,
  blockedEventLoop,
  brokerRestarted,
  brokerGone,
  brokerMissingAtStart,
  topicsThatTakeNothing,
  rollingRestarts,
  messagesThrice,
  topicsReplayed,
  messagesLate,
  messagesNobodyCanRead,
  messagesTooLarge,
  storeAway,
  storeSlow,
  storeResets,
  toldToEndWithoutItsStore,
  storeAnswersLost,
  storeNotSetUp,
  modelSaysLater,
  modelFails,
  modelSaysNonsense,
  modelWithoutCredit,
  modelKeyRevoked,
  budgetReached,
  nodeDrained,
  apiServerAway,
  apiServerRefuses,
  jobsDeletedEarly,
  twoInstallations,
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
