import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { BoundedReading } from './bounded-reading.ts';
import { DATASET_STATES, STAGES, TASK_STATES } from './metric-labels.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** What is asked of the store, whatever it is. */
export interface QueueSource {
  counts(): Promise<readonly { readonly state: string; readonly subjects: number; readonly waiting: number }[]>;
  firstDeadline(state: string): Promise<number | undefined>;
  pendingEvents(limit: number): Promise<readonly { readonly event: { readonly time: string } }[]>;
  overdue(limit: number): Promise<readonly unknown[]>;
  now(): Promise<number>;
}

export interface QueueWatch {
  readonly source: QueueSource;
  /** Longest time without progress that a subject is given, ms: from it and the deadline follows since when a subject waits. */
  readonly deadlineMs: number;
  /** The stages whose waiting is looked at; all where it is not given. */
  readonly stages?: readonly StageName[];
}

/** Events of which the one that has waited longest is looked for, and overdue subjects that are counted; beyond them the figures are lower bounds. */
const LOOKED_AT = 50;

interface Figures {
  readonly states: ReadonlyMap<string, number>;
  readonly oldest: ReadonlyMap<StageName, number>;
  readonly outboxes: number;
  readonly oldestEvent: number;
  readonly overdue: number;
}

/** Shows what waits in the store: subjects by state, depth and age of the stages' queues, outboxes, and what is overdue. One reading serves a whole scrape. */
export function observeQueues(metrics: ServiceMetrics, watch: QueueWatch): void {
  const stages = watch.stages ?? STAGES;
  const reading = new BoundedReading(() => readFigures(watch, stages));
  const from = async <Result>(make: (figures: Figures) => readonly Result[]): Promise<readonly Result[] | undefined> => {
    const figures = await reading.take();
    return figures === undefined ? undefined : make(figures);
  };
  const one = (value: number) => [{ value, labels: {} }];
  metrics.observe('mlesmith_tasks', () => from(({ states }) => TASK_STATES.map((state) => ({ value: states.get(state) ?? 0, labels: { state } }))));
  metrics.observe('mlesmith_datasets', () => from(({ states }) => DATASET_STATES.map((state) => ({ value: states.get(state) ?? 0, labels: { state } }))));
  metrics.observe('mlesmith_stage_queue_depth', () =>
    from(({ states }) => stages.map((stage) => ({ value: states.get(waitingState(stage)) ?? 0, labels: { stage } }))),
  );
  metrics.observe('mlesmith_stage_oldest_seconds', () => from(({ oldest }) => stages.map((stage) => ({ value: oldest.get(stage) ?? 0, labels: { stage } }))));
  metrics.observe('mlesmith_outbox_depth', () => from(({ outboxes }) => one(outboxes)));
  metrics.observe('mlesmith_outbox_oldest_seconds', () => from(({ oldestEvent }) => one(oldestEvent)));
  metrics.observe('mlesmith_stuck_items', () => from(({ overdue }) => one(overdue)));
}

async function readFigures({ source, deadlineMs }: QueueWatch, stages: readonly StageName[]): Promise<Figures> {
  const [now, counts, pending, overdue] = await Promise.all([source.now(), source.counts(), source.pendingEvents(LOOKED_AT), source.overdue(LOOKED_AT)]);
  const states = new Map(counts.map(({ state, subjects }) => [state, subjects]));
  const busy = stages.filter((stage) => (states.get(waitingState(stage)) ?? 0) > 0);
  const ages = await Promise.all(
    busy.map(async (stage) => {
      const first = await source.firstDeadline(waitingState(stage));
      return [stage, first === undefined ? 0 : secondsSince(now, first - deadlineMs)] as const;
    }),
  );
  return {
    states,
    oldest: new Map(ages),
    outboxes: counts.reduce((sum, { waiting }) => sum + waiting, 0),
    oldestEvent: secondsSince(now, Math.min(now, ...pending.map(({ event }) => Date.parse(event.time)))),
    overdue: overdue.length,
  };
}

function waitingState(stage: StageName): string {
  return PIPELINE.find((row) => row.stage === stage)?.consumes ?? '';
}

function secondsSince(now: number, then: number): number {
  return Math.max(0, now - then) / 1_000;
}
