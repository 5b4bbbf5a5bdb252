import { z } from 'zod';
import { METRICS, RungKind, SCALES, type Ladder, type MetricName, type Rung } from '@mle-smith/contracts';
import type { Job, JobRunner } from '@mle-smith/environment';
import type { ArtifactStore, Digest } from '@mle-smith/package';
import type { ExecuteConfig } from '../config.ts';
import type { LadderSpec } from '@mle-smith/task';

/** Cells of several answers are told by their own metrics. */
const ScaleFree = z.object({
  name: z.enum([...SCALES, 'span_f1', 'token_accuracy', 'label_f1']),
  value: z.number().nullable(),
  standardError: z.number().nullable().default(null),
});

/** What the grading job measured on the ladder's predictions. */
const Graded = z.object({
  unit: z.string(),
  units: z.int(),
  entities: z.record(z.string(), z.record(z.string(), z.number().nullable())).nullable(),
  rarestClassUnits: z.int().nullable(),
  eventUnits: z.int().nullable().default(null),
  rungs: z.array(
    z.object({
      name: z.string(),
      kind: RungKind,
      cvScore: z.number().nullable(),
      score: z.number().nullable(),
      standardError: z.number().nullable(),
      seedSpread: z.number(),
      scaleFree: ScaleFree,
    }),
  ),
  paired: z.record(z.string(), z.number().nullable()),
  shuffledMedian: z.number().nullable(),
  shuffledSpread: z.number().nullable(),
  metadata: z.number().nullable(),
  official: z.object({
    rung: z.string(),
    expected: z.number().nullable(),
    difference: z.number().nullable(),
    score: z.number().nullable(),
    sample: z.number().nullable(),
    /** For each form in which another tool loads the metric, the largest difference of five scores; null where only one of the two scores. */
    forms: z.record(z.string(), z.number().nullable()),
    scoreError: z.string().optional(),
    sampleError: z.string().optional(),
  }),
});

const Solved = z.object({
  rungs: z.array(z.object({ name: z.string(), kind: z.string(), cvScore: z.number().nullable(), seeds: z.int() })),
  trainRows: z.int(),
  testRows: z.int(),
  traits: z.record(z.string(), z.number().nullable()).default({}),
});

/** The ladder with everything that the rules judge. Scores are the metric's; `oriented` differences are better when larger. */
export interface Climbed {
  readonly ladder: Ladder;
  readonly trivial: Rung;
  readonly chosen: Rung;
  readonly best: Rung;
  readonly rarestClassUnits: number | undefined;
  /** Units whose event was seen, where times may be censored. */
  readonly eventUnits: number | undefined;
  /** Scores of each rung on each entity of the test data, where there are too few for a standard error over them. */
  readonly entities: Readonly<Record<string, Readonly<Record<string, number | null>>>> | undefined;
  readonly shuffledMedian: number | undefined;
  /** Standard deviation over the models that learned from shuffled labels: with few inputs each is one random direction. */
  readonly shuffledSpread: number;
  readonly metadata: number | undefined;
  readonly official: z.infer<typeof Graded>['official'];
  /** How much better one rung is than another, and the paired standard error. */
  readonly oriented: (one: Rung, other: Rung) => { gain: number; error: number };
  readonly sign: 1 | -1;
  /** What the training data is like, in numbers. */
  readonly traits: Readonly<Record<string, number>>;
}

/** The ladder could not be climbed: the program failed, or the machine (`lost`). */
export class ClimbError extends Error {
  readonly code = 'ladder_failed';
  readonly lost: boolean;
  constructor(step: string, message: string, lost: boolean) {
    super(`the baseline ladder failed while ${step}: ${message}`);
    this.name = new.target.name;
    this.lost = lost;
  }
}

/** Solves with public data in one sandbox and grades in another. Throws `ClimbError`. */
export async function climb(
  jobs: JobRunner,
  artifacts: ArtifactStore,
  task: { name: string; bundle: Digest; exports?: Digest; spec: LadderSpec; trust: Job['trust'] },
  config: ExecuteConfig,
  signal: AbortSignal,
): Promise<Climbed> {
  const limits = { wallMs: config.solveWallMs, cpuSeconds: Math.ceil(config.solveWallMs / 1000) };
  const solved = await jobs.run(
    {
      name: `climb-${task.name}`,
      zone: 'solve',
      trust: 'ours',
      run: { call: 'mle_env.baselines:solve', argument: task.spec },
      inputs: [{ at: 'data', bundle: task.bundle, prefix: 'data/public/' }],
      outputs: ['predictions.csv'],
      limits,
    },
    signal,
  );
  if (solved.status !== 'succeeded') throw new ClimbError('solving', solved.message, solved.status === 'lost');
  const predictions = await artifacts.putBundle(solved.outputs);
  const { rungs, traits } = Solved.parse(solved.value);
  const graded = await jobs.run(
    {
      name: `measure-${task.name}`,
      zone: 'grade',
      trust: task.trust,
      run: { call: 'mle_env.grade:ladder', argument: { ...task.spec, rungs } },
      inputs: [
        { at: 'package', bundle: task.bundle },
        { at: 'predictions', bundle: predictions },
        ...(task.exports === undefined ? [] : [{ at: 'exports', bundle: task.exports }]),
      ],
      limits,
    },
    signal,
  );
  if (graded.status !== 'succeeded') throw new ClimbError('grading', graded.message, graded.status === 'lost');
  return readLadder(Graded.parse(graded.value), task.spec.metric, traits);
}

function readLadder(graded: z.infer<typeof Graded>, metric: string, traits: z.infer<typeof Solved>['traits']): Climbed {
  const sign = METRICS[metric as MetricName].direction === 'maximize' ? 1 : -1;
  const worst = sign === 1 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  const rungs = graded.rungs.map(({ scaleFree, ...rung }): Rung => ({
    ...rung,
    cvScore: rung.cvScore ?? worst,
    score: rung.score ?? worst,
    standardError: rung.standardError ?? 0,
    ...(scaleFree.value === null
      ? {}
      : {
          scaleFree: { name: scaleFree.name, value: scaleFree.value, ...(scaleFree.standardError === null ? {} : { standardError: scaleFree.standardError }) },
        }),
  }));
  const bestOf = (candidates: readonly Rung[], by: 'cvScore' | 'score'): Rung =>
    candidates.reduce((most, rung) => (sign * rung[by] > sign * most[by] ? rung : most));
  const oriented = (one: Rung, other: Rung): { gain: number; error: number } => ({
    gain: four(sign * (one.score - other.score)),
    error: four(graded.paired[`${one.name}|${other.name}`] ?? 0),
  });
  const trivial = bestOf(
    rungs.filter((rung) => rung.kind === 'trivial'),
    'score',
  );
  const learned = rungs.filter((rung) => rung.kind !== 'trivial');
  const chosen = bestOf(learned, 'cvScore');
  // A modality may have no rung of a kind: then its neighbours are compared.
  const kind = (name: Rung['kind']): Rung | undefined => (name === 'trivial' ? trivial : rungs.find((rung) => rung.kind === name));
  const [simple, standard, strong] = [kind('simple'), kind('standard'), kind('strong') ?? chosen];
  const present = RungKind.options.flatMap((name) => kind(name) ?? []);
  const beats = (one: Rung, other: Rung): boolean => {
    const { gain, error } = oriented(one, other);
    return gain > 0 && gain >= 2 * error;
  };
  const span = oriented(strong, trivial);
  const effort = standard === undefined ? { gain: 0, error: 0 } : oriented(strong, standard);
  const ladder: Ladder = {
    unit: graded.unit,
    units: graded.units,
    rungs,
    chosen: chosen.name,
    gain: oriented(chosen, trivial).gain,
    gainStandardError: oriented(chosen, trivial).error,
    ladder_levels: present.filter((rung, place) => place > 0 && beats(rung, present[place - 1] ?? rung)).length,
    ladder_span: ratio(span),
    effort_gain: ratio(effort),
    ladder_difficulty: simple !== undefined && !beats(strong, simple) ? 'starter' : standard !== undefined && !beats(strong, standard) ? 'standard' : 'hard',
  };
  return {
    ladder,
    trivial,
    chosen,
    best: bestOf(learned, 'score'),
    rarestClassUnits: graded.rarestClassUnits ?? undefined,
    eventUnits: graded.eventUnits ?? undefined,
    entities: graded.entities ?? undefined,
    shuffledMedian: graded.shuffledMedian ?? undefined,
    shuffledSpread: graded.shuffledSpread ?? 0,
    metadata: graded.metadata ?? undefined,
    official: graded.official,
    oriented,
    sign,
    traits: Object.fromEntries(Object.entries(traits).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
  };
}

function ratio({ gain, error }: { gain: number; error: number }): number {
  return error > 0 ? four(gain / error) : 0;
}

/** Four significant digits: the last bits of another processor's arithmetic do not show. */
function four(value: number): number {
  return Number(value.toPrecision(4));
}
