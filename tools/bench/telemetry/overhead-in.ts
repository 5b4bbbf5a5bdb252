import { median, percentile } from '../statistics.ts';
import type { Took } from './stub-cluster.ts';

/** What the same load took with telemetry off, on, and with a collector that is not there, one after the other. */
export interface Round {
  readonly off: Took;
  readonly on: Took;
  readonly dead: Took;
}

/** The middle of some rounds, and between what half of them lie. */
export interface Spread {
  readonly middle: number;
  readonly from: number;
  readonly to: number;
}

/** What rounds of a load say. Ratios are within a round: what else the machine did was much the same then. */
export interface Overhead {
  readonly tasksPerMinute: number;
  /** Processor time of stations for a task without telemetry, ms. */
  readonly cpuMs: number;
  readonly on: Cost;
  readonly dead: Cost;
}

/** Of telemetry, against none. */
export interface Cost {
  /** How many fewer tasks a minute, in per cent. */
  readonly slowerPercent: Spread;
  /** Processor time of stations for a task besides, ms. */
  readonly cpuMs: Spread;
}

/** The cost of telemetry in some rounds of one load. */
export function overheadIn(rounds: readonly Round[]): Overhead {
  const against = (mode: 'on' | 'dead'): Cost => ({
    slowerPercent: spreadOf(rounds.map((round) => 100 * (1 - perMinute(round[mode]) / perMinute(round.off)))),
    cpuMs: spreadOf(rounds.map((round) => cpuMs(round[mode]) - cpuMs(round.off))),
  });
  return {
    tasksPerMinute: median(rounds.map(({ off }) => perMinute(off))),
    cpuMs: median(rounds.map(({ off }) => cpuMs(off))),
    on: against('on'),
    dead: against('dead'),
  };
}

function perMinute({ tasks, seconds }: Took): number {
  return (60 * tasks) / seconds;
}

function cpuMs({ tasks, cpuSeconds }: Took): number {
  return (1_000 * cpuSeconds) / tasks;
}

function spreadOf(numbers: readonly number[]): Spread {
  return { middle: median(numbers), from: percentile(numbers, 0.25), to: percentile(numbers, 0.75) };
}
