import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseMetric, chooseSplit } from '@mle-smith/brainstorm';
import { Dataset, METRICS, Profile, own, type ColumnProfile, type MetricName, type Proposal } from '@mle-smith/contracts';
import { ExecuteConfig } from '@mle-smith/execute';
import { getJson, putDirectory, putJson, type Digest } from '@mle-smith/package';
import { z } from 'zod';
import { profileOf, type BaseTask } from './base.ts';
import type { Bench } from './bench.ts';
import { ask } from './operators.ts';

/** How a clean package differs from the task that it comes from. */
export interface Variation {
  readonly name: string;
  /** Labelled rows of the raw data that are kept, and the share of positives among them. */
  readonly rows?: number;
  readonly share?: number;
  readonly seed: number;
}

export interface Variant {
  readonly variation: Variation;
  readonly bundle: Digest;
  readonly raw: Digest;
  readonly proposal: Proposal;
}

const SIZES = [300, 450, 700, 1_000, 1_500, 2_500, 4_000, 7_000, 12_000, 20_000];
const SHARES = [0.5, 0.3, 0.2, 0.1, 0.05, 0.02];
const PROGRAM = join(import.meta.dirname, 'subsample.py');
/** Every expected figure must be this much better than the limit that a rule sets. */
const MARGIN = 1.2;
const EXECUTE = ExecuteConfig.parse({});
/** Of so many sentences with a kind of tag, all but never is there none in train. */
const FEW_OF_A_KIND = 12;
/** Files, tags and rankings are read and climbed slowly: a few variations are enough. */
const SLOW = new Set<string>(['image', 'audio', 'timeseries', 'tags', 'ranking']);
const FEW = 8;

/** The variations of a task, by its size and objective alone. */
export function variationsOf(task: BaseTask, profile: Profile, most: number): readonly Variation[] {
  const target = targetOf(task.proposal, profile);
  const labelled = target.rows - target.missing;
  const slow = SLOW.has(task.proposal.modality) || SLOW.has(task.proposal.objective);
  const wanted = slow ? Math.min(FEW, most) : most;
  const seeds = slow ? 4 : labelled <= 6_000 ? 3 : 1;
  const sizes = SIZES.filter((rows) => rows < 0.9 * labelled).flatMap((rows) =>
    (rows <= 1_500 ? [1, 2, 3] : rows <= 4_000 ? [1, 2] : [1]).map((seed) => ({ rows, seed })),
  );
  const shares = task.proposal.objective === 'binary' ? SHARES.flatMap((share) => [1, 2].map((seed) => ({ share, seed }))) : [];
  const every: Variation[] = [
    ...Array.from({ length: seeds }, (_, place) => ({ name: `seed ${place + 1}`, seed: place + 1 })),
    ...shares.map(({ share, seed }) => ({ name: `${share * 100} % positives, ${seed}`, share, seed, rows: 4_000 })),
    ...sizes.map(({ rows, seed }) => ({ name: `${rows} rows, ${seed}`, rows, seed })),
  ];
  // An even choice where there are more than are asked for.
  return every.length <= wanted
    ? every
    : every.filter((_, place) => Math.floor((place * wanted) / every.length) !== Math.floor(((place - 1) * wanted) / every.length));
}

/** Rows of the raw table that have a label. */
export async function labelledRows(bench: Bench, task: BaseTask): Promise<number> {
  const target = targetOf(task.proposal, await profileOf(bench, task.documents));
  return target.rows - target.missing;
}

/** The package of a variation; undefined with the reason where the rule of the page leaves it out, or raw data of this form cannot be thinned. */
export async function variantOf(bench: Bench, task: BaseTask, variation: Variation): Promise<Variant | string> {
  const { artifacts, engine } = bench;
  const dataset = Dataset.parse(await getJson(artifacts, task.documents['dataset'] ?? ''));
  const before = Profile.parse(await getJson(artifacts, task.documents['profile'] ?? ''));
  let documents = task.documents;
  let { raw } = task;
  let profile = before;
  if (variation.rows !== undefined || variation.share !== undefined) {
    const thinned = await thin(bench, task, dataset, variation);
    if (typeof thinned === 'string') return thinned;
    ({ raw } = thinned);
    documents = { dataset: thinned.dataset, raw, profile: thinned.profile };
    profile = Profile.parse(await getJson(artifacts, thinned.profile));
  }
  const table = profile.tables.find((candidate) => candidate.name === task.proposal.table);
  if (table === undefined) return 'the table is not found in what is left';
  const target = table.columns.find((column) => column.name === knownOf(task.proposal)[0]);
  if (target === undefined) return 'the target is not found in what is left';
  if (tooFewWholes(task.proposal, table)) return 'too few users or series';
  const proposal = varied(task.proposal, `${raw} ${variation.seed}`, table, target, variation.share !== undefined);
  const unfit = leftOut(task, proposal, targetOf(task.proposal, before), target, table.columns);
  if (unfit !== undefined) return unfit;
  const built = await engine.build(proposal.id, proposal.datasetId, { ...documents, proposal: await putJson(artifacts, proposal) });
  if (built.documents === undefined) return `design: ${built.reason}`;
  return { variation, bundle: built.documents['package'] ?? '', raw, proposal };
}

/** The proposal with the split and the metric that the engine chooses for data of this size and balance. */
function varied(proposal: Proposal, salt: string, table: Profile['tables'][number], target: ColumnProfile, balanced: boolean): Proposal {
  const seed = createHash('sha256').update(salt).digest().readUInt32BE(0) % 2_147_483_647;
  const chosen = chooseSplit({
    datasetDigest: salt,
    table,
    target,
    objective: proposal.objective,
    positive: proposal.target.positive,
    entities: proposal.entities,
  });
  const { testFraction } = chosen.kind === proposal.split.kind ? chosen : proposal.split;
  const metric = balanced
    ? chooseMetric(proposal.objective, target, proposal.target.positive, { classes: proposal.target.classes, testFraction, content: proposal.media.length > 0 })
    : proposal.metric;
  return { ...proposal, metric, split: { ...proposal.split, testFraction, seed } };
}

/** Whether a ranking has too few users, or a forecast too few series, for S20 and for the question to be asked. */
function tooFewWholes({ objective, ratings, series }: Proposal, table: Profile['tables'][number]): boolean {
  if (objective === 'ranking') return (table.columns.find((column) => column.name === ratings?.user)?.distinct ?? 0) < 100 * MARGIN;
  return series !== undefined && series.keys.length > 0 && series.block === undefined && (table.series?.count ?? 0) < 10 * MARGIN;
}

/** Why a variant may honestly lack size or signal, told from counts and from the ladder of the task that it comes from; never from its own verdict. */
function leftOut(task: BaseTask, proposal: Proposal, before: ColumnProfile, target: ColumnProfile, columns: readonly ColumnProfile[]): string | undefined {
  const testFraction = expectedFraction(proposal.split, columns);
  const rows = target.rows - target.missing;
  if (rows < 200 * MARGIN) return 'too few rows';
  const counts = proposal.target.classes.map((label) => target.top.find((entry) => entry.value === label)?.count ?? 0);
  const rarer = proposal.objective === 'binary' ? Math.min(...target.top.slice(0, 2).map((entry) => entry.count)) : undefined;
  if (rarer !== undefined && rarer * testFraction < 30 * MARGIN) return 'too few rows of the rarer class';
  const least = METRICS[proposal.metric.name as MetricName].over === 'classes' ? 20 : 10;
  if (proposal.objective === 'multiclass' && Math.min(...counts) * testFraction < least * MARGIN) return 'too few rows of a class';
  const groups = proposal.split.kind === 'group' ? columns.find((column) => column.name === proposal.split.column)?.distinct : undefined;
  const units = Math.min(rows, groups ?? rows) * testFraction;
  if (groups !== undefined && groups > EXECUTE.leastUnits && units < EXECUTE.leastUnits * MARGIN) return 'too few test units';
  if (proposal.objective === 'tags' && Math.min(...(target.parts?.values ?? []).map(({ count }) => count)) < FEW_OF_A_KIND) return 'too few rows of a class';
  if ((proposal.objective === 'regression' || proposal.objective === 'count') && units < 80 * MARGIN) return 'too few test units';
  // Errors grow as the root of the units shrinks; with classes what counts is the rarer one.
  const old = proposal.objective === 'binary' ? Math.min(...before.top.slice(0, 2).map((entry) => entry.count)) : before.rows - before.missing;
  const shrunk = Math.sqrt(Math.min(1, ((rarer ?? rows) * testFraction) / (old * task.proposal.split.testFraction)));
  const wholes = proposal.objective === 'forecast' ? Math.sqrt(Math.min(1, rows / (before.rows - before.missing))) : shrunk;
  const { gain, gainStandardError } = task.ladder;
  if (gainStandardError > 0 && (gain / gainStandardError) * wholes < 3 * 2) return 'too little signal for its size';
  const scale = task.ladder.rungs.find((rung) => rung.name === task.ladder.chosen)?.scaleFree;
  const enough = { roc_auc: 0.65, r2: 0.12, balanced_accuracy: 0 };
  if (scale !== undefined && scale.value < (own(enough, scale.name) ?? 0)) return 'an effect too near to the least that matters';
  const learned = task.ladder.rungs.filter(({ kind }) => kind === 'simple' || kind === 'standard').flatMap(({ scaleFree }) => scaleFree ?? []);
  if (learned.some(({ name, value }) => 1 - value < 3 * (1 - (own(EXECUTE.ceiling, name) ?? 1)))) return 'an effect too near to the most that may be reached';
  if (task.tooEasy) return 'a whole task that the rubric lowers for being easy';
  return undefined;
}

/** The share of rows after the cut of a split in time, which lies between two instants: where those are few, far from what is asked for. */
function expectedFraction({ kind, column, testFraction }: Proposal['split'], columns: readonly ColumnProfile[]): number {
  const time = kind === 'temporal' ? columns.find((candidate) => candidate.name === column) : undefined;
  const known = time?.top.reduce((sum, { count }) => sum + count, 0) ?? 0;
  if (time === undefined || known === 0 || time.top.length < time.distinct) return testFraction;
  const latest = time.top.toSorted((one, other) => other.value.localeCompare(one.value, 'en', { numeric: true })).slice(0, -1);
  const shares = latest.map((_, place) => latest.slice(0, place + 1).reduce((sum, { count }) => sum + count, 0) / known);
  return shares.toSorted((one, other) => Math.abs(one - testFraction) - Math.abs(other - testFraction))[0] ?? 0;
}

const Answer = z.union([z.object({ rows: z.int() }), z.object({ unable: z.string() })]);

async function thin(bench: Bench, task: BaseTask, dataset: Dataset, variation: Variation): Promise<{ raw: Digest; dataset: Digest; profile: Digest } | string> {
  const { artifacts } = bench;
  const { proposal } = task;
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-variant-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    await artifacts.materialize(task.raw, from);
    const order = {
      reader: proposal.reader,
      known: knownOf(proposal),
      target: proposal.target.column,
      positive: proposal.target.positive ?? null,
      group: groupOf(proposal),
      time: proposal.split.kind === 'temporal' ? proposal.split.column : null,
      rows: variation.rows ?? null,
      share: variation.share ?? null,
      seed: variation.seed,
    };
    const answer = Answer.parse(JSON.parse(await ask(bench.python, [PROGRAM, from, to], order)));
    if ('unable' in answer) return `raw data of this form is not thinned: ${answer.unable}`;
    const raw = await putDirectory(artifacts, to);
    const files = (await artifacts.getBundle(raw)).map((file) => ({ path: file.path, sha256: file.digest.slice('sha256:'.length), bytes: file.bytes }));
    const result = await bench.jobs.run({
      name: 'profile',
      zone: 'measure',
      trust: 'ours',
      run: { call: 'mle_env.profile:profile', argument: {} },
      inputs: [{ at: 'raw', bundle: raw }],
    });
    if (result.status !== 'succeeded') return `it cannot be profiled: ${result.message}`;
    return { raw, dataset: await putJson(artifacts, { ...dataset, raw, digest: raw, files }), profile: await putJson(artifacts, Profile.parse(result.value)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Columns that a row must have to count: the target, or the pair that a ranking is about. */
function knownOf({ ratings, target }: Proposal): [string, ...string[]] {
  return target.column === '' && ratings !== undefined ? [ratings.user, ratings.item] : [target.column];
}

/** Columns that name what is kept or left out as a whole: a group, a user of a ranking, a series of a forecast; null for rows. */
function groupOf({ objective, ratings, series, split }: Proposal): readonly string[] | null {
  if (split.kind === 'group' && split.column !== undefined) return [split.column];
  if (objective === 'ranking' && ratings !== undefined) return [ratings.user];
  return series === undefined || series.keys.length === 0 ? null : series.keys;
}

function targetOf(proposal: Proposal, profile: Profile): ColumnProfile {
  const [known] = knownOf(proposal);
  const column = profile.tables.find((table) => table.name === proposal.table)?.columns.find((candidate) => candidate.name === known);
  if (column === undefined) throw new RangeError(`the profile lacks the target [task=${proposal.id}]`);
  return column;
}
