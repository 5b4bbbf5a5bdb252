import { z } from 'zod';
import { Objective, Pair, Series, type TaskManifest, Scale } from '@mle-smith/contracts';
import type { Twin } from '@mle-smith/task';

const Score = z.union([z.number(), z.string()]).nullable();
const Refusal = z.object({ by: z.string().nullable(), message: z.string(), score: z.number().nullable() });
const Signal = z.object({ effect: z.number().nullable(), p: z.number().nullable() });

/** What the package is about, as stated or as inferred. */
export const Facts = z.object({
  id: z.string(),
  target: z.string(),
  objective: Objective,
  metric: z.string().nullable(),
  kind: z.string().nullable(),
  direction: z.string().nullable(),
  optimum: z.number().nullable(),
  classes: z.array(z.string()),
  group: z.string().nullable(),
  text: z.array(z.string()),
  media: z.record(z.string(), z.string()).default({}),
  series: Series.nullable().default(null),
  pair: Pair.partial({ apart: true }).extend({ named: z.boolean().optional() }).nullable().default(null),
});
export type Facts = z.infer<typeof Facts>;

/** Counts and comparisons of the split. */
const Split = z.object({
  rows: z.object({ train: z.int(), test: z.int(), answers: z.int(), sample: z.int() }),
  ids: z.object({
    absent: z.array(z.string()),
    null: z.record(z.string(), z.int()).default({}),
    repeated: z.record(z.string(), z.int()).default({}),
    unlike: z.record(z.string(), z.int()).default({}),
    inTrain: z.int().default(0),
  }),
  columns: z.object({
    train: z.array(z.string()),
    test: z.array(z.string()),
    answers: z.array(z.string()),
    sample: z.array(z.string()),
    sampleOrder: z.boolean(),
  }),
  types: z.array(z.string()),
  targetInTest: z.boolean(),
  copiesOfTarget: z.array(z.string()),
  sideFiles: z.array(z.string()),
  target: z.object({
    absent: z.boolean(),
    null: z.object({ train: z.int(), answers: z.int() }).default({ train: 0, answers: 0 }),
    distinct: z.int().default(0),
    majority: z.number().nullable().default(null),
    classes: z.record(z.string(), z.object({ train: z.int(), test: z.int() })).optional(),
    effect: z.number().nullable().optional(),
    /** Rows whose event was seen, where times may be censored. */
    events: z.object({ train: z.int(), test: z.int() }).optional(),
    unknown: z.array(z.string()).default([]),
    /** Of tags: rows that have not as many as their sentence has tokens. */
    uneven: z.int().default(0),
  }),
  groups: z
    .object({
      column: z.string(),
      train: z.int(),
      test: z.int(),
      both: z.int(),
      largest: z.number().default(0),
      /** Test rows of the entity that has most of them. */
      mostInTest: z.int().optional(),
    })
    .nullable(),
  time: z.object({ column: z.string(), lastTrain: z.string(), firstTest: z.string(), ordered: z.boolean() }).nullable(),
  /** Of forecasts: the series that are asked for, and what of the past each has. */
  series: z
    .object({
      series: z.int(),
      /** Series that train lacks. */
      cold: z.int(),
      leastSeasons: z.number(),
      /** Training rows that are not earlier than every test row. */
      late: z.int(),
      /** Steps from the last training instant to the last one that is asked for. */
      ahead: z.int(),
      /** Rows of an instant that its series has already. */
      repeated: z.int(),
      blocks: z.int().nullable(),
      /** Inputs that change within a series. */
      varying: z.array(z.string()),
      /** Whether the answers name series as the keys do, each with one scale. */
      scales: z.boolean().nullable(),
    })
    .nullable()
    .default(null),
  /** A column of instants at which things were measured at even steps, where no time is declared. */
  evenSteps: z.object({ column: z.string(), things: z.int(), instants: z.int(), even: z.number() }).nullable().default(null),
  /** Of rankings: the users that are asked about. */
  users: z.int().nullable().default(null),
  known: z.record(z.string(), z.number().nullable()),
  /** Beside files: share of the test rows whose value of a column stands in train too. */
  shared: z.record(z.string(), z.number()).default({}),
  /** Values of entities that are to be new in test and are not. */
  unseen: z.record(z.string(), z.int()),
  missingFiles: z.array(z.string()),
  raw: z.object({ labelled: z.int(), used: z.int() }).nullable(),
  sampleTypes: z.object({ sample: z.string().nullable(), answers: z.string().nullable() }),
  sampleLegal: z.array(z.string()),
});

/** A column that tells the answer, and what of it does. */
const Tells = z.object({ column: z.string(), what: z.string(), score: z.number() });

/** What gives the answer away. Scores are on the scale of `scale`. */
const Leakage = z.object({
  scale: Scale,
  trivial: z.number(),
  best: z.number().nullable(),
  signals: z.record(z.string(), Signal),
  copies: z.object({
    columns: z.int(),
    text: z.boolean(),
    /** The columns are the user and the item of a ranking, and a pair is a row of its own. */
    pairs: z.boolean().optional(),
    share: z.number(),
    withTarget: z.number(),
    expected: z.number().nullable(),
    lookup: z.object({ lookup: z.number(), trees: z.number(), gain: z.number(), standardError: z.number() }).optional(),
  }),
  /** Shares of rows that equal a train row in all inputs but one. */
  nearCopies: z.object({ share: z.number(), within: z.number() }),
  /** Share of test texts that have most of their runs of words from a train text. */
  textCopies: z.number(),
  /** Of pairs of texts: share of test rows that have a text in common with a train row, and whether the package or the names of the columns call them a pair. */
  sharedTexts: z
    .object({ columns: z.array(z.string()), share: z.number(), stated: z.boolean() })
    .nullable()
    .default(null),
  /** Share of test rows that equal a train row but for the last digits of numbers, and the share that is chance. */
  roundedCopies: z.object({ share: z.number(), expected: z.number() }),
  /** Share of test rows that changed as a train row of the same instant did, before and after, and the share that is chance. */
  movedCopies: z.object({ share: z.number(), expected: z.number() }).default({ share: 0, expected: 0 }),
  /** Of files: shares that all but equal a train file (test files, train files among themselves), and what they hold besides their content. */
  media: z
    .object({ kind: z.string(), files: z.int(), near: z.number(), nearWithin: z.number(), traces: z.array(z.string()), named: z.array(z.string()) })
    .nullable()
    .default(null),
  /** Share of the target's variance that remainders or last digits of a column explain. */
  residues: z.record(z.string(), z.number()),
  /** How well sides are told apart, and how likely that is by chance (asked only where it could matter). */
  adversarial: z.object({ roc_auc: z.number(), p: z.number().nullable() }).nullable(),
  alone: z.record(z.string(), z.number().nullable()),
  pairs: z.record(z.string(), z.number().nullable()),
  missingness: z.number().nullable(),
  missingAlone: z.record(z.string(), z.number().nullable()).default({}),
  derivations: z.array(z.object({ kind: z.string(), columns: z.array(z.string()) })),
  /** What the test rows of one thing tell of each other's answers; the score is a squared correlation. */
  among: z.array(Tells).default([]),
  /** Texts that hold the answer of their row; the score goes from chance (0) to certainty (1). */
  written: z.array(Tells).default([]),
  strongest: z.string().optional(),
  withoutStrongest: z.number().nullable().optional(),
  /** Columns that tell which train row a test row is about, and with it the answer, with the share of test rows. */
  twins: z.record(z.string(), z.number()).default({}),
  undeclared: z.record(z.string(), z.object({ random: z.number().nullable(), group: z.number().nullable(), standardError: z.number().nullable() })),
  /** For each of those columns and the one that the split goes by: the others in whose groups its own lie. */
  within: z.record(z.string(), z.array(z.string())).default({}),
});

/** The first measuring job: everything but the metric and the second run. */
export const Audit = z.object({
  layout: z.object({
    missing: z.array(z.string()),
    answersInPublic: z.array(z.string()),
    privateReferences: z.array(z.string()),
    irregular: z.array(z.string()),
    unreadable: z.array(z.string()),
    csv: z.record(z.string(), z.array(z.string())),
    namedButMissing: z.array(z.string()),
    undescribed: z.array(z.string()),
    bytes: z.int(),
    files: z.int(),
    /** Bytes of the largest file, and how many times its size the worst archive unpacks to. */
    largest: z.int(),
    ratio: z.number(),
    /** Public texts that people read → the canaries in them. */
    canaries: z.record(z.string(), z.array(z.string())),
    /** Packages that the description says are installed and that are not. */
    absentPackages: z.array(z.string()),
    rawFiles: z.int(),
    pii: z.record(z.string(), z.int()),
  }),
  code: z.object({
    prepare: z.object({
      fault: z.string(),
      signature: z.array(z.string()).nullable(),
      stub: z.boolean(),
      sideEffects: z.array(z.string()),
      forbidden: z.array(z.string()),
      fitsBeforeSplit: z.array(z.string()),
    }),
    metric: z.object({
      fault: z.string(),
      classes: z.array(z.string()),
      methods: z.record(z.string(), z.array(z.string())),
      needsArguments: z.boolean(),
      sideEffects: z.array(z.string()),
      forbidden: z.array(z.string()),
      /** Labels and thresholds that are chosen by what was submitted. */
      fromSubmission: z.array(z.string()),
      text: z.string(),
    }),
  }),
  description: z.string(),
  facts: Facts.nullable(),
  /** Columns that the tables must have and have not. */
  lacking: z.array(z.string()),
  split: Split.nullable(),
  leakage: Leakage.nullable(),
  unmeasured: z.string(),
});
export type Audit = z.infer<typeof Audit>;

/** The metric under legal and hostile submissions. */
export const MetricAudit = z.object({
  fault: z.string(),
  /** Why a metric that can be made was not tried. */
  unmeasured: z.string().default(''),
  facts: Facts.nullable().default(null),
  perfect: Score.default(null),
  worse: z.array(Score).default([]),
  worseErrors: z.array(z.number()).default([]),
  refused: z.record(z.string(), Refusal).default({}),
  shuffledRows: Score.default(null),
  idTypes: z.object({ string: Score, float: Score }).default({ string: null, float: null }),
  constant: z
    .object({ best: z.number().nullable(), first: Score, expected: z.number().nullable(), agrees: z.boolean() })
    .default({ best: null, first: null, expected: null, agrees: false }),
  legal: z
    .object({ errors: z.array(z.string()), finite: z.boolean(), lowest: z.number().nullable(), highest: z.number().nullable(), distinct: z.int() })
    .default({ errors: [], finite: false, lowest: null, highest: null, distinct: 0 }),
  mutated: z.boolean().default(false),
  touched: z.array(z.string()).default([]),
  again: Score.default(null),
  fresh: Score.default(null),
  returns: z.string().default(''),
  /** For probabilities: how cells outside of 0 and 1 are answered, and what the nearest legal cell scores. */
  range: z
    .record(z.string(), Refusal.extend({ clipped: Score }))
    .nullable()
    .default(null),
  /** For labels of a known metric: the score where the rarest class is never predicted. */
  unpredicted: z.object({ score: Score, expected: z.number().nullable(), agrees: z.boolean() }).nullable().default(null),
  leaks: z.array(z.string()).default([]),
  hostile: z.record(z.string(), Refusal).default({}),
  sample: z
    .object({
      score: z.number().nullable(),
      fault: z.string(),
      agreement: z.number().default(0),
      bestConstantAgreement: z.number().default(0),
      rows: z.int().default(0),
      permutation: z.boolean().default(false),
      constant: z.boolean().default(false),
      standardError: z.number().nullable().default(null),
    })
    .default({
      score: null,
      fault: 'not measured',
      agreement: 0,
      bestConstantAgreement: 0,
      rows: 0,
      permutation: false,
      constant: false,
      standardError: null,
    }),
  name: z.string().default(''),
  higherIsBetter: z.boolean().nullable().default(null),
});
export type MetricAudit = z.infer<typeof MetricAudit>;

/** One more run of prepare.py. */
export const Rebuild = z.object({
  fault: z.string(),
  files: z.record(z.string(), z.string()),
  rawChanged: z.array(z.string()),
  /** Files that a run into the filled folders left otherwise; null where it was not tried or ended with an error. */
  againChanged: z.array(z.string()).nullable(),
  /** What the metric gave the perfect submission in that process. */
  perfect: Score,
});
export type Rebuild = z.infer<typeof Rebuild>;

/** Everything that the rules judge; what a phase or a foreign package lacks is undefined. */
export interface Measurements {
  readonly audit: Audit;
  readonly metric: MetricAudit | undefined;
  /** Runs in the measuring and in the grading zone, in changed surroundings. */
  readonly rebuilds: readonly Rebuild[] | undefined;
  /** sha256 of the package's data files by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly manifest: TaskManifest | undefined;
  /** The revision that the files and the manifest have; undefined for designs and foreign packages. */
  readonly revision: string | undefined;
  /** Files of the package's directory that are no regular files (only where it was read from one). */
  readonly irregular: readonly string[];
  /** What texts that are read, and programs, hold that their reader does not see, or that does something where it is shown: path → what; those with nothing are left out. */
  readonly faultyTexts: Readonly<Record<string, readonly string[]>>;
  /** The task of the catalogue that this one repeats, and how many tasks the catalogue has; undefined where none was given. */
  readonly catalogue?: { readonly tasks: number; readonly twin: Twin | undefined } | undefined;
}
