/** What names of datasets begin with whose stages work; see `stub-station-main.ts`. */
export const WORKING = 'working-';

/** How many datasets, each of one task, go through all stations at once, by what stages do. */
export const LOADS = {
  nothing: { prefix: 'idle-', tasks: 80 },
  work: { prefix: WORKING, tasks: 12 },
} as const;
export type LoadName = keyof typeof LOADS;
