import {
  MOST_DEAREST,
  type AverageCost,
  type MachineUse,
  type StageCost,
  type StageName,
  type SubjectCost,
  type VerifiedCosts,
  type WorkPerVerifiedTask,
} from '@mle-smith/contracts';
import type { CallSpent } from './call-store.ts';
import { spentBy, spentOn, type Spent } from './ledger.ts';

/** A dataset or task, as far as it says what it took. */
export interface CostlyTask {
  readonly id: string;
  readonly used?: Readonly<Partial<Record<StageName, MachineUse>>> | undefined;
}

const NO_MACHINES: MachineUse = { attempts: 0, seconds: 0, cpuSeconds: 0, gpuSeconds: 0 };
const NO_MODELS: Spent = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0 };

/** What a dataset or task took: what stages used for it, and its calls. */
export function costOfSubject({ used: machines = {} }: Pick<CostlyTask, 'used'>, calls: readonly CallSpent[]): SubjectCost {
  const all = Object.values(machines).reduce(plus, NO_MACHINES);
  return {
    ...spentOn(calls),
    seconds: all.seconds,
    cpuSeconds: all.cpuSeconds,
    gpuSeconds: all.gpuSeconds,
    byAgent: spentBy(calls, 'agent'),
    byStage: byStage(machines, spentBy(calls, 'stage')),
  };
}

/** Adds up what many subjects took by stage, in one pass over subjects and one over calls. */
export class StageCosts {
  readonly #tasks = new Map<string, CostlyTask['used']>();
  readonly #machines: Record<string, MachineUse> = {};

  /** Takes a subject; one that counts as a verified task is also kept by itself. */
  add({ id, used }: CostlyTask, verified: boolean): void {
    for (const [stage, use] of Object.entries(used ?? {})) this.#machines[stage] = plus(this.#machines[stage] ?? NO_MACHINES, use);
    if (verified) this.#tasks.set(id, used);
  }

  isVerified(id: string): boolean {
    return this.#tasks.has(id);
  }

  /** By stage, of all subjects; `models` is what the ledger says of calls by stage. */
  all(models: Readonly<Record<string, Spent>>): Readonly<Record<string, StageCost>> {
    return byStage(this.#machines, models);
  }

  /** Of verified tasks; `models` is what the ledger says of calls by task and stage. */
  verified(models: ReadonlyMap<string, Readonly<Record<string, Spent>>>): VerifiedCosts {
    const each = [...this.#tasks].map(([id, used]) => ({ id, byStage: byStage(used ?? {}, models.get(id) ?? {}) }));
    const sums: Record<string, StageCost> = {};
    for (const task of each)
      for (const [stage, cost] of Object.entries(task.byStage)) sums[stage] = sumOf([sums[stage] ?? { ...NO_MACHINES, ...NO_MODELS }, cost]);
    const dearest = each
      .map((task) => ({ task, all: sumOf(Object.values(task.byStage)) }))
      .sort((one, other) => other.all.usd - one.all.usd || other.all.cpuSeconds - one.all.cpuSeconds)
      .slice(0, MOST_DEAREST);
    return { tasks: each.length, byStage: sums, dearest: dearest.map(({ task }) => task) };
  }
}

/** The sum of what stages took. */
export function sumOf(costs: readonly StageCost[]): StageCost {
  return costs.reduce<StageCost>(
    (sum, cost) => ({
      ...plus(sum, cost),
      calls: sum.calls + cost.calls,
      inputTokens: sum.inputTokens + cost.inputTokens,
      outputTokens: sum.outputTokens + cost.outputTokens,
      usd: micro(sum.usd + cost.usd),
      unpriced: sum.unpriced + cost.unpriced,
    }),
    { ...NO_MACHINES, ...NO_MODELS },
  );
}

/** What one of so many took on average. */
export function averageOf(cost: StageCost, count: number): AverageCost {
  return {
    attempts: milli(cost.attempts / count),
    seconds: milli(cost.seconds / count),
    cpuSeconds: milli(cost.cpuSeconds / count),
    gpuSeconds: milli(cost.gpuSeconds / count),
    calls: milli(cost.calls / count),
    inputTokens: milli(cost.inputTokens / count),
    outputTokens: milli(cost.outputTokens / count),
    usd: micro(cost.usd / count),
    unpriced: milli(cost.unpriced / count),
  };
}

/** What all work took, by stage, for each verified task: whoever pays for verified tasks pays for the others too. Undefined where none was verified. */
export function workPerVerifiedTask(work: Readonly<Record<string, StageCost>>, verified: number): WorkPerVerifiedTask | undefined {
  if (verified === 0) return undefined;
  return {
    all: averageOf(sumOf(Object.values(work)), verified),
    byStage: Object.fromEntries(Object.entries(work).map(([stage, cost]) => [stage, averageOf(cost, verified)])),
  };
}

function byStage(machines: Readonly<Record<string, MachineUse>>, models: Readonly<Record<string, Spent>>): Record<string, StageCost> {
  const stages = [...new Set([...Object.keys(machines), ...Object.keys(models)])];
  return Object.fromEntries(stages.map((stage) => [stage, { ...(machines[stage] ?? NO_MACHINES), ...(models[stage] ?? NO_MODELS) }]));
}

function plus(one: MachineUse, other: MachineUse): MachineUse {
  return {
    attempts: one.attempts + other.attempts,
    seconds: milli(one.seconds + other.seconds),
    cpuSeconds: milli(one.cpuSeconds + other.cpuSeconds),
    gpuSeconds: milli(one.gpuSeconds + other.gpuSeconds),
  };
}

/** Sums would gather faults of rounding. */
function milli(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function micro(usd: number): number {
  return Math.round(usd * 1_000_000) / 1_000_000;
}
