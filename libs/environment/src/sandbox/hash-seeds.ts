import type { Zone } from '../job-runner.ts';

/** PYTHONHASHSEED of each zone. They differ, so that a program that depends on the order of a set is found out. */
export const HASH_SEEDS: Readonly<Record<Zone, number>> = { measure: 0, solve: 1, grade: 2 };
