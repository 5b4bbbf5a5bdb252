/**
 * The one pipeline table. Topics, the README picture, the life cycle of `libs/task`
 * and the stations' wiring are derived from it; nothing else lists the stages.
 */

/** The unit that a stage works on. */
export type SubjectKind = 'dataset' | 'task';

/** One row of the pipeline: which app runs the stage, what wakes it and where its outcomes lead. */
export interface PipelineStage {
  readonly stage: string;
  readonly app: string;
  readonly subject: SubjectKind;
  /** The fact that wakes the stage; also the state of a subject that waits for it. */
  readonly consumes: string;
  /** The fact that the stage announces when it is done; also the subject's next state. */
  readonly advances: string;
  /** Facts about new subjects that the stage creates on the way. */
  readonly creates?: string;
  /** Stages that its findings can be sent back to. */
  readonly rejectsTo: readonly string[];
  readonly leaseMs: number;
  /** Tries that a platform fault may cost before the subject is given up. */
  readonly maxAttempts: number;
  /** One line for pictures and help. */
  readonly summary: string;
}

const MINUTE_MS = 60_000;

export const PIPELINE = [
  {
    stage: 'ingest',
    app: 'ingest',
    subject: 'dataset',
    consumes: 'dataset.received',
    advances: 'dataset.registered',
    rejectsTo: [],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'snapshot, digest and profile of the raw files',
  },
  {
    stage: 'brainstorm',
    app: 'brainstorm',
    subject: 'dataset',
    consumes: 'dataset.registered',
    advances: 'dataset.brainstormed',
    creates: 'task.proposed',
    rejectsTo: [],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'several formulations of one dataset',
  },
  {
    stage: 'design',
    app: 'design',
    subject: 'task',
    consumes: 'task.proposed',
    advances: 'task.designed',
    rejectsTo: [],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'prepare.py, metric.py, description, submission schema',
  },
  {
    stage: 'assert-design',
    app: 'assert',
    subject: 'task',
    consumes: 'task.designed',
    advances: 'task.design-asserted',
    rejectsTo: ['design'],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'do the parts run, and produce the files?',
  },
  {
    stage: 'refactor',
    app: 'refactor',
    subject: 'task',
    consumes: 'task.design-asserted',
    advances: 'task.refactored',
    rejectsTo: ['design'],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'one unified package format',
  },
  {
    stage: 'assert-package',
    app: 'assert',
    subject: 'task',
    consumes: 'task.refactored',
    advances: 'task.asserted',
    rejectsTo: ['design', 'refactor'],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'deterministic rules on measurements',
  },
  {
    stage: 'review',
    app: 'review',
    subject: 'task',
    consumes: 'task.asserted',
    advances: 'task.reviewed',
    rejectsTo: ['design', 'refactor'],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'rubric, judged with evidence',
  },
  {
    stage: 'execute',
    app: 'execute',
    subject: 'task',
    consumes: 'task.reviewed',
    advances: 'task.verified',
    rejectsTo: ['design'],
    leaseMs: MINUTE_MS,
    maxAttempts: 3,
    summary: 'baselines and probes in the MLE environment',
  },
] as const satisfies readonly PipelineStage[];

export type StageName = (typeof PIPELINE)[number]['stage'];

/** The row of a stage. */
export function pipelineStage(stage: StageName): PipelineStage {
  const row = PIPELINE.find((candidate) => candidate.stage === stage);
  if (row === undefined) throw new RangeError(`unknown stage [stage=${stage}]`);
  return row;
}

/** States that no stage leads out of; every subject ends in exactly one of them. */
export const TERMINAL_STATES = ['dataset.brainstormed', 'dataset.refused', 'task.verified', 'task.abandoned', 'task.cancelled'] as const;
export type TerminalState = (typeof TERMINAL_STATES)[number];

/** The fact that findings sent a task back to an earlier stage. */
export const RETURNED = 'task.returned';

/** Facts that tell of a subject without being a state of it. */
export const PASSING_FACTS = [RETURNED] as const;
export type PassingFact = (typeof PASSING_FACTS)[number];

/** Every fact about datasets and tasks that the pipeline announces, each once. */
export const FACTS = [
  ...new Set<Fact>([
    ...PIPELINE.flatMap((row) => [row.consumes, ...('creates' in row ? [row.creates] : []), row.advances]),
    ...PASSING_FACTS,
    ...TERMINAL_STATES,
  ]),
] as const;
export type Fact = (typeof PIPELINE)[number]['consumes' | 'advances'] | TerminalState | PassingFact;
