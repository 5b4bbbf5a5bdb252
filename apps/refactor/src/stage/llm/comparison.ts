import type { DraftTexts } from '@mle-smith/agent';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import type { ArtifactStore, BundleFile, Digest } from '@mle-smith/package';
import { deterministicName } from '@mle-smith/task';
import { z } from 'zod';
import type { RefactorConfig } from '../../config.ts';

/** The programs of a rewrite. */
export type Programs = Pick<DraftTexts, 'prepare.py' | 'metric.py'>;

/** How a rewrite does otherwise than its design, one sentence each, without a cell of private files; none where nothing differs. */
export type Compared = { readonly differences: readonly string[] } | { readonly lost: string };

/** A design, and where to run what is compared with it. */
export interface Compare {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly config: RefactorConfig;
  /** What names of jobs begin with. */
  readonly name: string;
  readonly raw: Digest;
  readonly design: Digest;
  readonly texts: DraftTexts;
}

const Scores = z.record(z.string(), z.number().nullable());
type Scores = z.infer<typeof Scores>;

const Rebuilt = z.object({ fault: z.string(), rawChanged: z.array(z.string()) });
const TableDifference = z.union([
  z.strictObject({ file: z.string(), unreadable: z.literal(true) }),
  z.strictObject({
    file: z.string(),
    rows: z.tuple([z.int(), z.int()]),
    columns: z.boolean(),
    gone: z.int(),
    new: z.int(),
    changed: z.int(),
    order: z.boolean(),
  }),
]);

/** Scores that are further apart than this, for scores above 1 in proportion, differ. */
const SCORE_TOLERANCE = 1e-9;
/** Files that are named one by one. */
const MOST_FILES = 8;

/**
 * Compares rewrites with a design: runs them on the raw files and on submissions, and tells what they leave, score and refuse otherwise.
 * A program that was run already is not run again.
 */
export function comparison(on: Compare): (programs: Programs, signal: AbortSignal) => Promise<Compared> {
  const files = new Map<string, string[]>();
  const scored = new Map<string, Scores | string>();
  const scoresOf = (metric: string, signal: AbortSignal): Promise<Scores | string> => remembered(scored, metric, () => scores(on, metric, signal));
  return async (programs, signal) => {
    try {
      const { 'prepare.py': prepare, 'metric.py': metric } = programs;
      const ofPrepare = await remembered(files, prepare, () => ofFiles(on, prepare, signal));
      const ofMetric = ofScores(await scoresOf(on.texts['metric.py'], signal), await scoresOf(metric, signal));
      return { differences: [...ofPrepare, ...ofMetric] };
    } catch (error) {
      if (error instanceof SandboxLostError) return { lost: error.message };
      throw error;
    }
  };
}

async function remembered<Value>(known: Map<string, Value>, key: string, find: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? (await find());
  known.set(key, value);
  return value;
}

class SandboxLostError extends Error {
  override readonly name = 'SandboxLostError';
}

/** prepare.py once more: each file must have the bytes that the design's has, which is more than the same rows on the same sides. */
async function ofFiles(on: Compare, prepare: string, signal: AbortSignal): Promise<string[]> {
  const made = await run(on, 'prepare', prepare, signal, {
    zone: 'measure',
    trust: 'untrusted',
    run: { call: 'mle_env.audit.rebuild:rebuild', argument: { again: false } },
    inputs: [{ at: 'raw', bundle: on.raw }],
    files: { 'package/utils/prepare.py': encoded(prepare) },
    outputs: ['public', 'private'],
  });
  if (made.status !== 'succeeded') return [`prepare.py did not run: ${made.message}`];
  const rebuilt = Rebuilt.safeParse(made.value);
  if (!rebuilt.success) return ['prepare.py did not run: what it left makes no sense'];
  if (rebuilt.data.fault !== '') return [`prepare.py did not run: ${rebuilt.data.fault}`];
  const after = made.outputs.map((file) => ({ ...file, path: `data/${file.path}` }));
  const before = (await on.artifacts.getBundle(on.design)).filter(({ path }) => path.startsWith('data/'));
  const differing = differingFiles(before, after);
  return [
    ...(rebuilt.data.rawChanged.length > 0 ? [`prepare.py changes ${rebuilt.data.rawChanged.length} raw files`] : []),
    ...(differing.length === 0 ? [] : [...named(differing), ...(await ofTables(on, prepare, after, signal))]),
  ];
}

function differingFiles(before: readonly BundleFile[], after: readonly BundleFile[]): string[] {
  const [old, made] = [before, after].map((files) => new Map(files.map(({ path, digest }) => [path, digest]))) as [Map<string, string>, Map<string, string>];
  return [...new Set([...old.keys(), ...made.keys()])].filter((path) => old.get(path) !== made.get(path)).sort();
}

function named(paths: readonly string[]): string[] {
  const more = paths.length > MOST_FILES ? ` and ${paths.length - MOST_FILES} more` : '';
  return [`prepare.py leaves other bytes than the design's: ${paths.slice(0, MOST_FILES).join(', ')}${more}`];
}

/** How tables differ, for whoever has to find the cause; told by a job that runs no program of either. */
async function ofTables(on: Compare, prepare: string, after: readonly BundleFile[], signal: AbortSignal): Promise<string[]> {
  const rewrite = await on.artifacts.putBundle([...after]);
  const result = await run(on, 'tables', prepare, signal, {
    zone: 'measure',
    trust: 'ours',
    run: { call: 'mle_env.rewrite:differences', argument: {} },
    inputs: [
      { at: 'design', bundle: on.design },
      { at: 'rewrite', bundle: rewrite },
    ],
  });
  // What cannot be told more closely differs all the same.
  const tables = result.status === 'succeeded' ? z.array(TableDifference).parse(result.value) : [];
  return tables.map((table) => {
    if ('unreadable' in table) return `${table.file} is missing or no table`;
    const { file, rows, columns, gone, changed, order } = table;
    const parts = [
      ...(rows[0] === rows[1] ? [] : [`${rows[1]} rows in place of ${rows[0]}`]),
      ...(columns ? [] : ['other columns']),
      ...(gone + table.new === 0 ? [] : [`${gone} ids of the design are gone and ${table.new} are new`]),
      ...(changed === 0 ? [] : [`${changed} rows of the same id have other cells`]),
      ...(order ? [] : ['rows are in another order']),
    ];
    return `${file}: ${parts.length === 0 ? 'the same cells, written otherwise' : parts.join('; ')}`;
  });
}

/** What both metrics say to the same submissions, each in a process of its own. */
function ofScores(before: Scores | string, after: Scores | string): string[] {
  if (typeof before === 'string') return [`the design's metric.py did not run: ${before}`];
  if (typeof after === 'string') return [`metric.py did not run: ${after}`];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((submission) => {
    const [one, other] = [before[submission] ?? null, after[submission] ?? null];
    if (one === null && other === null) return [];
    if (one === null || other === null)
      return [`metric.py ${one === null ? 'scores' : 'refuses'} a submission that the design's ${one === null ? 'refuses' : 'scores'}: ${submission}`];
    return Math.abs(one - other) <= SCORE_TOLERANCE * Math.max(1, Math.abs(one)) ? [] : [`metric.py gives another score than the design's: ${submission}`];
  });
}

async function scores(on: Compare, metric: string, signal: AbortSignal): Promise<Scores | string> {
  const result = await run(on, 'scores', metric, signal, {
    zone: 'grade',
    trust: 'untrusted',
    run: { call: 'mle_env.rewrite:scores', argument: {} },
    inputs: [{ at: 'design', bundle: on.design }],
    files: { 'program/metric.py': encoded(metric) },
  });
  if (result.status !== 'succeeded') return result.message;
  const said = Scores.safeParse(result.value);
  return said.success ? said.data : 'its scores make no sense';
}

async function run(on: Compare, step: string, program: string, signal: AbortSignal, job: Omit<Job, 'name' | 'limits'>): Promise<JobResult> {
  const { prepareWallMs, prepareMemoryMb } = on.config;
  const limits = { wallMs: prepareWallMs, cpuSeconds: Math.ceil(prepareWallMs / 1000), memoryMb: prepareMemoryMb };
  const result = await on.jobs.run({ ...job, name: `${on.name}-${step}-${deterministicName(program)}`, limits }, signal);
  if (result.status === 'lost') throw new SandboxLostError(result.message);
  return result;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
