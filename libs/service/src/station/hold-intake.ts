import { PIPELINE } from '@mle-smith/contracts';
import { BackPressure, rest, type BackPressureOptions, type PressureMarks, type RemoteEventBus, type TaskStore } from '@mle-smith/stage-runtime';
import { ConfigurationError } from '../config.ts';

/** The stage that what comes from outside wakes. */
export const INTAKE = PIPELINE[0];

const QUEUES = PIPELINE.map((row) => row.consumes);
const LOOK_MS = 2_000;

export interface IntakeOptions {
  readonly store: Pick<TaskStore, 'depth'>;
  readonly bus: RemoteEventBus;
  readonly marks: PressureMarks;
  readonly onNotice?: BackPressureOptions['onNotice'];
  /** Told when the queues cannot be looked at; they are looked at again. */
  readonly onFault: (error: unknown) => void;
  /** How often the queues are looked at, ms; 2 s. */
  readonly lookMs?: number;
}

/**
 * Keeps datasets that are announced in Kafka while one of the pipeline's queues is deep (platform KB-17); subscribe
 * first whoever takes them in. Gives what watches the queues until the signal is aborted.
 */
export function holdIntake({ store, bus, marks, onNotice, onFault, lookMs = LOOK_MS }: IntakeOptions): (stopping: AbortSignal) => Promise<void> {
  const facts = [INTAKE.consumes];
  const pressure = new BackPressure({
    marks,
    depth: async (most) => Math.max(...(await Promise.all(QUEUES.map((state) => store.depth(state, most))))),
    hold: () => bus.pause(facts),
    letGo: () => bus.resume(facts),
    ...(onNotice === undefined ? {} : { onNotice }),
  });
  for (const fact of facts) bus.subscribe(fact, () => pressure.taken());
  return async (stopping) => {
    while (!stopping.aborted) {
      await pressure.look().catch(onFault);
      await rest(lookMs, stopping);
    }
  };
}

/** The marks of the settings. Throws `ConfigurationError` where they are the wrong way round. */
export function marksOf({ queueLow: low, queueHigh: high }: { readonly queueLow: number; readonly queueHigh: number }): PressureMarks {
  if (low < high) return { low, high };
  throw new ConfigurationError([`MLE_SMITH_QUEUE_LOW: must be below MLE_SMITH_QUEUE_HIGH [low=${low}, high=${high}]`]);
}
