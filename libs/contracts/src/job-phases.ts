/** The parts of a job that our own Python tells the time of; what is not among them makes no span. */
export const JOB_PHASES = ['import', 'read', 'profile', 'screen', 'prepare', 'measure', 'fit', 'shuffle', 'score', 'compare', 'write'] as const;
export type JobPhase = (typeof JOB_PHASES)[number];
