import { z } from 'zod';

const Archives = {
  /** Archives of the raw folder that are unpacked first, each as a folder of its own name. */
  archives: z.array(z.string()).optional(),
};

const Gathered = {
  /** Columns of 0 and 1 that say of each label whether it holds: they become one column of the names of those that do, with `;` between them. */
  gathered: z.object({ name: z.string(), columns: z.array(z.string()).min(3) }).optional(),
};

const Linked = {
  /** A column that numbers the rows which have a text of these columns in common, directly or through other rows. */
  linked: z.object({ name: z.string(), columns: z.array(z.string()).min(1).max(2) }).optional(),
};

/** What lines of an event have in common: one of some values in a field, or a text in it. */
const LogEvent = z.union([z.object({ field: z.string(), values: z.array(z.string()) }), z.object({ field: z.string(), text: z.string() })]);

/** How one table is read from files; `mle_env.readers` obeys it, and `prepare.py` holds the same code. */
export const TableReader = z.discriminatedUnion('format', [
  z.object({
    format: z.literal('csv'),
    files: z.array(z.string()).min(1),
    encoding: z.string(),
    delimiter: z.string(),
    quote: z.string(),
    header: z.boolean(),
    /** Lines of comment above the table. */
    skip: z.int().optional(),
    /** Column names where the file has no header, in file order. */
    names: z.array(z.string()).optional(),
    /** What stands before the fraction of a number, where it is no point. */
    decimal: z.literal(',').optional(),
    /** Columns of numbers written for people: with a currency, separators of thousands, a scale or a percent sign. */
    amounts: z.array(z.string()).optional(),
    /** Cells that mean "missing" in this table. */
    missing: z.array(z.string()),
    ...Gathered,
    ...Linked,
    ...Archives,
  }),
  z.object({
    format: z.enum(['json', 'jsonl']),
    files: z.array(z.string()).min(1),
    encoding: z.string(),
    /**
     * Keys from the top of each file to its list of records. `*` stands for "the one key whatever its
     * name"; that key then becomes the column `labelFromKey`.
     */
    recordPath: z.array(z.string()).default([]),
    labelFromKey: z.string().optional(),
    /** Columns built by joining the `text` of a list of chunks: column name → [list key, text key]. */
    joinText: z.record(z.string(), z.tuple([z.string(), z.string()])).default({}),
    /** A list of pieces of a text, some of which have a name: it becomes the columns of the text, of its tokens and of their tags. */
    pieces: z
      .object({
        list: z.string(),
        /** Keys of a piece. */
        text: z.string(),
        name: z.string(),
        /** What stands between two pieces. */
        between: z.enum(['', ' ']),
        columns: z.object({ text: z.string(), tokens: z.string(), tags: z.string() }),
      })
      .optional(),
    missing: z.array(z.string()),
    ...Gathered,
    ...Linked,
    ...Archives,
  }),
  z.object({ format: z.literal('parquet'), files: z.array(z.string()).min(1), missing: z.array(z.string()), ...Gathered, ...Linked, ...Archives }),
  /** `table` is the table of an SQLite file. */
  z.object({
    format: z.literal('sqlite'),
    files: z.array(z.string()).min(1),
    table: z.string(),
    missing: z.array(z.string()),
    ...Gathered,
    ...Linked,
    ...Archives,
  }),
  /** `table` is the sheet, `skip` counts the rows above its header. */
  z.object({
    format: z.literal('excel'),
    files: z.array(z.string()).min(1),
    table: z.string(),
    skip: z.int(),
    missing: z.array(z.string()),
    ...Gathered,
    ...Linked,
    ...Archives,
  }),
  /** A log: its lines, its windows of time, or its sessions. */
  z.object({
    format: z.literal('log'),
    files: z.array(z.string()).min(1),
    encoding: z.string(),
    /** The grammar that its lines follow; `mle_env.readers.log` has them by name. */
    grammar: z.string(),
    rows: z.enum(['lines', 'windows', 'sessions']),
    /** Columns that are known only when the story of a row has ended: each may be asked for, and none is an input. */
    outcomes: z.array(z.string()),
    /** Of windows, in seconds: how far back they see, and how far ahead the event may lie. */
    context: z.int().optional(),
    horizon: z.int().optional(),
    event: LogEvent.optional(),
    /** Of sessions: the fields that name one, how many of its first lines are seen, and the ends that have a name. */
    by: z.array(z.string()).optional(),
    opening: z.int().optional(),
    endings: z.array(z.object({ name: z.string(), field: z.string(), text: z.string() })).optional(),
    ...Archives,
  }),
  /** Tagged sentences, one token a line. */
  z.object({ format: z.literal('conll'), files: z.array(z.string()).min(1), encoding: z.string(), ...Archives }),
]);
export type TableReader = z.infer<typeof TableReader>;

/** A table with the rows of others that it refers to. */
const JoinedReader = z.object({
  format: z.literal('joined'),
  /** Files of all the tables. */
  files: z.array(z.string()),
  base: TableReader,
  /** In order: a later one may be referred to by a column of an earlier one. `key` is unique in its table. */
  others: z.array(z.object({ reader: TableReader, reference: z.string(), key: z.string(), prefix: z.string() })),
  ...Linked,
  ...Archives,
});

/** From one instant to the next: whole months or seconds. */
export const Step = z.object({ unit: z.enum(['month', 'second']), size: z.int().positive() });
export type Step = z.infer<typeof Step>;

/** What comes of the things that a table follows through time: one row a thing, with what was known of it at one instant. */
const AheadReader = z.object({
  format: z.literal('ahead'),
  files: z.array(z.string()),
  base: z.union([TableReader, JoinedReader]),
  /** Columns that name a thing. */
  keys: z.array(z.string()),
  /** The column of instants, or the columns of their year, month, day, hour and minute. */
  times: z.array(z.string()),
  step: Step,
  /** Steps from the instant of a row to the outcomes, and how long that is in words. */
  steps: z.int().positive(),
  span: z.string(),
  /** The column that numbers things. */
  subject: z.string(),
  /** Columns that hold what another one was some steps before. */
  past: z.array(z.object({ name: z.string(), column: z.string(), steps: z.int().positive() })),
  /** Columns that hold what another one is `steps` later: each may be asked for, and none is an input. */
  outcomes: z.array(z.object({ name: z.string(), column: z.string() })),
  ...Archives,
});

export const MediaKind = z.enum(['image', 'audio', 'sequence', 'document']);
export type MediaKind = z.infer<typeof MediaKind>;

/** Files of one kind as rows, with what their paths say and with their labels. */
const MediaReader = z.object({
  format: z.literal('media'),
  kind: MediaKind,
  /** Files of the labels. */
  files: z.array(z.string()),
  folder: z.string(),
  suffixes: z.array(z.string()),
  /** Pieces of the path that come again: `place` counts folders below `folder`, or pieces of the name. */
  parts: z.array(z.object({ name: z.string(), of: z.enum(['folder', 'stem']), place: z.int() })),
  /** Files that cannot be decoded; they are left out. */
  broken: z.array(z.string()),
  /** The files are written in different ways: copies are encoded anew. */
  encode: z.boolean(),
  /** Of sequences: how many of the last instants are kept, so that lengths are alike; null for all. */
  window: z.int().nullable().optional(),
  /** Of documents. */
  encoding: z.string().optional(),
  labels: z
    .object({
      reader: z.union([TableReader, JoinedReader]),
      key: z.string(),
      /** What a cell of `key` says of a file. */
      by: z.enum(['path', 'name', 'stem', 'number']),
      /** The column whose values are counted, where a file has several rows. */
      counts: z.string().optional(),
    })
    .optional(),
  ...Archives,
});

/** How the table of examples is read from the raw folder. */
export const Reader = z.union([TableReader, JoinedReader, AheadReader, MediaReader]);
export type Reader = z.infer<typeof Reader>;

export const SemanticType = z.enum([
  'id',
  'numeric',
  'categorical',
  'ordinal',
  'boolean',
  'datetime',
  'text',
  'url',
  'path',
  'media',
  'labels',
  'tags',
  'constant',
  'empty',
]);
export type SemanticType = z.infer<typeof SemanticType>;

/** What was measured on one column. Counts are rows; `distinct` leaves missing cells out. */
export const ColumnProfile = z.object({
  name: z.string(),
  type: SemanticType,
  storage: z.enum(['integer', 'float', 'string', 'boolean']),
  rows: z.int(),
  missing: z.int(),
  distinct: z.int(),
  /** The commonest values as text, at most 50, most frequent first. */
  top: z.array(z.object({ value: z.string(), count: z.int() })),
  min: z.number().optional(),
  max: z.number().optional(),
  mean: z.number().optional(),
  median: z.number().optional(),
  std: z.number().optional(),
  /** Mean words and characters of a cell, for strings. */
  words: z.number().optional(),
  characters: z.number().optional(),
  /** First and last instant (ISO 8601), for datetimes. */
  earliest: z.string().optional(),
  latest: z.string().optional(),
  /** The documentation names it as the target. */
  statedTarget: z.boolean().default(false),
  /** Rows are sorted by this column. */
  sorted: z.boolean().default(false),
  /** Median and largest number of rows a value, where values repeat. */
  rowsPerValue: z.object({ median: z.number(), max: z.int() }).optional(),
  /** Cells of labels or tags: what stands between them, the share of cells with several, and how many cells have which. */
  parts: z.object({ separator: z.string(), several: z.number(), values: z.array(z.object({ value: z.string(), count: z.int() })) }).optional(),
  /** An earlier column that this one repeats, value for value or one to one. */
  bijectiveWith: z.string().optional(),
  /** What the dataset's documentation says about it. */
  description: z.string().optional(),
  suspicious: z.array(z.string()).default([]),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

/** The series that the rows of a table are the instants of. */
export const SeriesProfile = z.object({
  time: z.string(),
  /** The fewest columns that name a series; none where there is one. */
  keys: z.array(z.string()),
  /** Columns that are the same in all rows of a series. */
  attributes: z.array(z.string()),
  /** Columns that are named for a part of the calendar and follow from the instant. */
  calendar: z.array(z.string()),
  /** Numbers that change from instant to instant. */
  values: z.array(z.string()),
  /** Whatever else is recorded. */
  others: z.array(z.string()),
  step: Step,
  count: z.int(),
  /** Steps from the first instant of all to the last one, both counted. */
  instants: z.int(),
  /** Rows of a series. */
  length: z.object({ least: z.int(), median: z.number() }),
  /** Rows as a share of the instants between first and last of each series. */
  coverage: z.number(),
});
export type SeriesProfile = z.infer<typeof SeriesProfile>;

/** Two columns of texts that each row compares. */
export const PairProfile = z.object({
  one: z.string(),
  other: z.string(),
  /** Those of the two whose texts are all new in the test rows, where rows that `linked` puts together are kept together. */
  apart: z.array(z.string()),
  /** Whether their names say so. */
  named: z.boolean(),
  /** Why they are taken for a pair. */
  evidence: z.string(),
});
export type PairProfile = z.infer<typeof PairProfile>;

export const TableProfile = z.object({
  name: z.string(),
  reader: Reader,
  rows: z.int(),
  duplicateRows: z.int(),
  columns: z.array(ColumnProfile),
  /** Columns (or sets of columns) whose values are unique. */
  keys: z.array(z.array(z.string())),
  issues: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
  series: SeriesProfile.optional(),
  pair: PairProfile.optional(),
});
export type TableProfile = z.infer<typeof TableProfile>;

export const FileProfile = z.object({
  path: z.string(),
  bytes: z.int(),
  /** `csv`, `json`, `jsonl`, `documentation`, `metadata`, or the name of what it is (`parquet`, `sqlite`, `zip`, `jpeg`, `wav`, `log`, `conll`, `binary` …). */
  format: z.string(),
  supported: z.boolean(),
});
export type FileProfile = z.infer<typeof FileProfile>;

/** What was measured on a dataset, in one pass over its bytes inside a sandbox. */
export const Profile = z.object({
  files: z.array(FileProfile),
  tables: z.array(TableProfile),
  /** The README's text, at most 64 KiB; untrusted. */
  documentation: z.string().default(''),
  /** Set where the dataset supports no table at all. */
  refusal: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Profile = z.infer<typeof Profile>;

/** `source.json` of a dataset folder, and what stands in for it. */
export const Source = z.object({
  id: z.string(),
  title: z.string(),
  origin: z.string().optional(),
  licence: z.string().optional(),
  licence_url: z.string().optional(),
  retrieved: z.string().optional(),
  modality: z.string().optional(),
});
export type Source = z.infer<typeof Source>;

/** An immutable snapshot of raw files. `digest` is over the sorted (path, sha256) list of `raw`. */
export const Dataset = z.object({
  id: z.string(),
  digest: z.string(),
  source: Source,
  /** Bundle of the raw files. */
  raw: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() })),
  /** True where the licence text allows the data to be passed on. */
  redistributable: z.boolean(),
});
export type Dataset = z.infer<typeof Dataset>;
