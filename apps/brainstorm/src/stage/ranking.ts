import { z } from 'zod';
import type { ColumnProfile, Dataset, LedgerEntry, Profile, Proposal, Ratings, TableProfile } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import type { BrainstormConfig } from '../config.ts';
import { contaminationOf } from './proposals.ts';
import type { TurnedDown } from './rules/candidates.ts';
import { isShortText, isText } from './rules/content.ts';
import { entityCandidates, knownRoles } from './rules/entities.ts';
import { availabilityOf, linesOf, structuralDrop } from './rules/ledger.ts';
import { RANKING_METRIC } from './rules/metric-choice.ts';
import { rankingQuestion } from './rules/question.ts';
import { seedOf } from './rules/split-choice.ts';
import { ScreeningError } from './screening.ts';
import { taskId } from './task-id.ts';

/** What was measured on the pairs of a table; counts of different pairs. */
const Pairs = z.object({
  pairs: z.int(),
  users: z.int(),
  items: z.int(),
  /** Items that half of the users met fewer than. */
  medianOfUser: z.number(),
  /** Columns that are the same in all rows of a user, and in all rows of an item. */
  ofUser: z.array(z.string()),
  ofItem: z.array(z.string()),
});
type Pairs = z.infer<typeof Pairs>;

/** The column of packages that says whether a pair met. */
const TARGET = 'relevant';
/** Below the value of a rating: that somebody chose says less than how much it was liked. */
const WORTH = 4;

/** The question which items a user will choose, of a table that names users and items; or why it is not asked. Throws `ScreeningError`. */
export async function rankingOf(
  jobs: JobRunner,
  input: { dataset: Dataset; profile: Profile; table: TableProfile; raters: Ratings; config: BrainstormConfig; name: string },
  signal: AbortSignal,
): Promise<{ ideas: { proposal: Proposal; worth: number; measured: undefined }[]; turnedDown: TurnedDown[] }> {
  const { dataset, table, raters, config } = input;
  const result = await jobs.run(
    {
      name: `pairs-${input.name}-${table.name}`,
      zone: 'measure',
      trust: 'ours',
      run: { call: 'mle_env.screen:pairs', argument: { reader: table.reader, ...raters } },
      inputs: [{ at: 'raw', bundle: dataset.raw }],
    },
    signal,
  );
  if (result.status !== 'succeeded') throw new ScreeningError(result.message, result.status);
  const pairs = Pairs.parse(result.value);
  const unfit = unfitPairs(pairs, config.ranking);
  return unfit === undefined
    ? { ideas: [{ proposal: proposalOf(input, pairs), worth: WORTH, measured: undefined }], turnedDown: [] }
    : { ideas: [], turnedDown: [{ target: raters.item, objective: 'ranking', code: 'no_ranking', reason: unfit }] };
}

/** Why pairs make no ranking; undefined where they do. */
function unfitPairs({ pairs, users, items, medianOfUser }: Pairs, least: BrainstormConfig['ranking']): string | undefined {
  if (users < least.users || items < least.items) return `${users} users and ${items} items; a ranking needs ${least.users} and ${least.items}`;
  if (medianOfUser < least.itemsOfUser) return `half of the users met fewer than ${least.itemsOfUser} items: nothing is known of them to go by`;
  if (users * items > least.mostCells) return `${users} users and ${items} items make more pairs than can be held in memory`;
  if (pairs > least.mostShare * users * items) return `so many pairs met (${pairs} of ${users} × ${items}) that too few are left to be told from them`;
  return undefined;
}

function proposalOf(input: Parameters<typeof rankingOf>[1], pairs: Pairs): Proposal {
  const { dataset, profile, table, raters, config } = input;
  const columnOf = (name: string): ColumnProfile | undefined => table.columns.find((column) => column.name === name);
  const contamination = contaminationOf(dataset, profile);
  const ledger = table.columns.map((column) => lineOf(column, input, pairs));
  const inputs = ledger.filter((entry) => entry.kept).map((entry) => entry.column);
  const kept = (names: readonly string[]): string[] => names.filter((name) => inputs.includes(name));
  const dated = table.columns.some((column) => column.type === 'datetime');
  const asked = rankingQuestion({
    user: columnOf(raters.user),
    item: columnOf(raters.item),
    about: contamination.level === 'well_known' ? undefined : dataset.source.title.replace(/\s*\([^)]*\)/g, ''),
  });
  const { description, ...question } = asked;
  return {
    id: taskId(dataset.id, profile.tables.length > 1 ? `${table.name} ${TARGET}` : TARGET),
    datasetId: dataset.id,
    ...question,
    modality: 'ranking',
    objective: 'ranking',
    table: table.name,
    reader: table.reader,
    target: { column: '', name: TARGET, description, classes: ['0', '1'], dropped: [] },
    inputs,
    textInputs: [],
    media: [],
    ratings: raters,
    candidates: { ofUser: kept(pairs.ofUser), ofItem: kept(pairs.ofItem), others: config.ranking.others },
    ledger,
    entities: knownRoles(
      entityCandidates(table).filter((column) => inputs.includes(column.name)),
      raters,
    ),
    metric: RANKING_METRIC,
    split: {
      kind: 'random',
      testFraction: pairs.pairs < 4_000 ? 0.3 : 0.2,
      seed: seedOf(dataset.digest, TARGET, 'random'),
      reason: 'of the choices of each user some are held out, and the others are known',
    },
    risks: [
      'a pair that is not in the source may not have met for want of an occasion, and counts as not relevant',
      ...(dated ? ['choices were drawn without regard to time: some of the training data is later than what is asked'] : []),
    ],
    skills: ['recommendation', 'encoding of categories with many levels', 'validation by user'],
    contamination,
    columnNotes: Object.fromEntries(
      table.columns.flatMap((column) => (inputs.includes(column.name) && column.description !== undefined ? [[column.name, column.description]] : [])),
    ),
  };
}

/** The ledger's line of a column: what is known of a pair before it meets is what the user and the item are. */
function lineOf(column: ColumnProfile, { raters, profile }: Parameters<typeof rankingOf>[1], { ofUser, ofItem }: Pairs): LedgerEntry {
  const { name } = column;
  const line = linesOf(name);
  if (name === raters.user || name === raters.item) return line('before', 'it names one half of the pair');
  const structural = structuralDrop(column, column);
  if (structural !== undefined) return line('at', structural.evidence, structural.reason);
  if (!ofUser.includes(name) && !ofItem.includes(name))
    return line('after', 'it differs among the rows of one user and of one item', 'it is told of pairs that met: of others there is nothing to tell');
  if (column.bijectiveWith === raters.user || column.bijectiveWith === raters.item)
    return line('before', `one to one with ${column.bijectiveWith}`, `another name of ${column.bijectiveWith}`);
  if (isText(column) || isShortText(column))
    return line('before', 'a text about the user or the item', 'the same text again and again beside a name of its own');
  const whose = ofItem.includes(name) ? 'item' : 'user';
  const { availability, evidence } = availabilityOf(column, profile.documentation, column);
  return availability === 'after' || availability === 'unknown'
    ? line(availability, evidence, `it may be known only after the moment of prediction: ${evidence}`)
    : line('before', `the same in all rows of one ${whose}`);
}
