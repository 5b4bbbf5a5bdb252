import { MediaKind, type Objective, type Pair, type Ratings, type Series, type TaskManifest } from '@mle-smith/contracts';

/** What the view is made from; the record of a design has it too. */
type Told = Pick<TaskManifest, 'split' | 'columns' | 'modality' | 'objective' | 'metric' | 'target' | 'submission' | 'ratings' | 'series' | 'ahead' | 'pair'>;

/** What the ladder must know of a task; the argument of the solving and grading jobs. */
export interface LadderSpec {
  readonly objective: Objective;
  readonly metric: string;
  readonly target: string;
  readonly id: string;
  readonly group?: string;
  /** The column that the split goes by where it is one in time, and an input. */
  readonly time?: string;
  readonly text: readonly string[];
  /** Columns whose cells name files, with the kind of the files. */
  readonly media: Readonly<Record<string, string>>;
  /** The column that holds lines of a log. */
  readonly log?: string;
  /** The columns that name who rates and what is rated. */
  readonly ratings?: Ratings;
  /** Values ahead: the column of the present value. */
  readonly present?: string;
  /** Pairs: the columns of the two texts. */
  readonly pair?: Pick<Pair, 'one' | 'other'>;
  /** Forecasts. */
  readonly series?: Series;
  readonly seed: number;
}

/** The ladder's view of a package of ours. */
export function ladderSpecOf(manifest: Told): LadderSpec {
  const by = manifest.columns.find((column) => column.raw === manifest.split.column)?.name;
  const { kind } = manifest.split;
  const text = manifest.columns.filter((column) => column.type === 'free text').map((column) => column.name);
  const log = manifest.modality === 'log' ? text[0] : undefined;
  return {
    objective: manifest.objective,
    metric: manifest.metric.name,
    target: manifest.target.name,
    id: manifest.submission.id,
    ...(by === undefined ? {} : kind === 'group' ? { group: by } : kind === 'temporal' ? { time: by } : {}),
    text,
    ...(log === undefined ? {} : { log }),
    ...(manifest.ratings === undefined ? {} : { ratings: manifest.ratings }),
    ...(manifest.ahead === undefined ? {} : { present: manifest.ahead.present }),
    ...(manifest.pair === undefined ? {} : { pair: manifest.pair }),
    media: Object.fromEntries(manifest.columns.filter((column) => isMedia(column.type)).map((column) => [column.name, column.type])),
    ...(manifest.series === undefined ? {} : { series: manifest.series }),
    seed: manifest.split.seed,
  };
}

function isMedia(type: string): boolean {
  return MediaKind.safeParse(type).success;
}
