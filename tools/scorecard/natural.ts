import { Dataset, Profile, Proposal, type ColumnProfile, type MetricName, type TableProfile } from '@mle-smith/contracts';
import { getJson, putJson } from '@mle-smith/package';
import type { Bench } from './bench.ts';
import type { ReadDataset } from './engine.ts';
import { judgeByAllLayers, NOTHING_TOLD, type Told } from './judge.ts';

/** A task that a naive engine makes: it takes every column for an input that is known in time, and rows for independent. */
export interface Natural {
  readonly id: string;
  readonly dataset: string;
  readonly does: string;
  /** The defect is caught where one of these fires; of review, by these dimensions. */
  readonly rules: readonly string[];
  readonly target: string;
  readonly objective: Proposal['objective'];
  readonly metric: MetricName;
  readonly positive?: string;
  /** Columns that even a naive engine leaves out. */
  readonly without?: readonly string[];
  readonly derivation?: NonNullable<Proposal['target']['derivation']>;
}

const ACCURACY = 'accuracy where one class has most rows';

/** The bank of silly tasks. */
export const NATURALS: readonly Natural[] = [
  // Of the bundled datasets.
  {
    id: 'combined-from-city-and-highway',
    dataset: 'vehicles-2021',
    does: 'fuel economy from the two figures that it is the mean of',
    rules: ['S14', 'X03'],
    target: 'comb_mpg',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'maker-code-from-maker',
    dataset: 'vehicles-2021',
    does: 'the code of a maker from the name of the maker',
    rules: ['S03', 'S14', 'X03', 'S17'],
    target: 'mfr_code',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'classes-of-two-rows',
    dataset: 'vehicles-2021',
    does: 'a mean over classes of which some have two rows',
    rules: ['S17'],
    target: 'class',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'gears-from-transmission',
    dataset: 'vehicles-2021',
    does: 'the number of gears from the text that tells it',
    rules: ['S14', 'X03', 'S17'],
    target: 'no_gears',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'death-from-cause',
    dataset: 'free-light-chain',
    does: 'death from a column that names the cause of death',
    rules: ['S13', 'S14', 'S28', 'X03'],
    target: 'death',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
    without: ['futime'],
  },
  {
    id: 'death-from-follow-up',
    dataset: 'free-light-chain',
    does: 'death from how long a person was followed',
    rules: ['S28', 'S14'],
    target: 'death',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
    without: ['chapter'],
  },
  {
    id: 'sum-in-tenths',
    dataset: 'free-light-chain',
    does: 'the tenth of a sum from its two parts',
    rules: ['S14', 'X03', 'S03'],
    target: 'flc.grp',
    objective: 'ordinal',
    metric: 'quadratic_weighted_kappa',
    without: ['futime', 'death', 'chapter'],
  },
  {
    id: 'rare-by-roc',
    dataset: 'free-light-chain',
    does: 'one case in seventy, measured by the ROC curve',
    rules: ['metric_fit', 'S20', 'X02'],
    target: 'mgus',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
    without: ['futime', 'death', 'chapter'],
  },
  {
    id: 'charge-from-minutes',
    dataset: 'telecom-customers',
    does: 'a charge from the minutes that it is charged for',
    rules: ['S14', 'X03'],
    target: 'total_day_charge',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'area-code',
    dataset: 'telecom-customers',
    does: 'the area code of a customer',
    rules: ['X02'],
    target: 'area_code',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'accuracy-of-the-majority',
    dataset: 'telecom-customers',
    does: ACCURACY,
    rules: ['metric_fit'],
    target: 'churn',
    objective: 'multiclass',
    metric: 'accuracy',
  },
  {
    id: 'living-area-from-floors',
    dataset: 'ames-houses',
    does: 'the living area from the areas of the floors',
    rules: ['S14', 'X03'],
    target: 'Gr_Liv_Area',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'above-the-median',
    dataset: 'ames-houses',
    does: 'whether a price is above the median of the prices',
    rules: ['S26'],
    target: 'costly',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
    derivation: { expression: '(table["Sale_Price"] > table["Sale_Price"].median()).astype(int)', sources: ['Sale_Price'], reason: 'dear houses' },
  },
  {
    id: 'pool-area',
    dataset: 'ames-houses',
    does: 'the area of a pool that hardly any house has',
    rules: ['S19', 'X02', 'S20'],
    target: 'Pool_Area',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'month-of-sale',
    dataset: 'ames-houses',
    does: 'the month in which a house was sold',
    rules: ['X02', 'task_validity'],
    target: 'Mo_Sold',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'species-from-measures',
    dataset: 'penguins',
    does: 'a species that every measure gives away',
    rules: ['X03', 'S14', 'task_complexity'],
    target: 'Species',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'sex-of-few',
    dataset: 'penguins',
    does: 'whether a nest is full, of which few are not',
    rules: ['S20', 'X02'],
    target: 'Clutch Completion',
    objective: 'binary',
    positive: 'No',
    metric: 'average_precision',
  },
  // Of the made ones.
  {
    id: 'pairs-by-row',
    dataset: 'made-paraphrases',
    does: 'a question of the test rows stands in other pairs of train',
    rules: ['S06'],
    target: 'is_duplicate',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
    without: ['pair_group'],
  },
  // Of datasets that are given on the command line.
  {
    id: 'call-duration',
    dataset: 'bank-calls',
    does: 'the outcome of a call from how long it took',
    rules: ['S28'],
    target: 'y',
    objective: 'binary',
    positive: 'yes',
    metric: 'average_precision',
  },
  {
    id: 'euribor-from-its-period',
    dataset: 'bank-calls',
    does: 'an interest rate from other rates of its period',
    rules: ['S14', 'X03'],
    target: 'euribor3m',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'status-from-wind',
    dataset: 'storm-tracks',
    does: 'what a storm is called from the wind that it is called by',
    rules: ['S14', 'X03', 'S03'],
    target: 'status',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'storms-by-row',
    dataset: 'storm-tracks',
    does: 'rows of one storm on both sides',
    rules: ['S08', 'S09'],
    target: 'pressure',
    objective: 'regression',
    metric: 'rmse',
    without: ['wind', 'category', 'status'],
  },
  {
    id: 'panel-by-row',
    dataset: 'tourism-panel',
    does: 'quarters of one series on both sides of a random split',
    rules: ['S09', 'S08'],
    target: 'Trips',
    objective: 'regression',
    metric: 'mae',
  },
  {
    id: 'series-by-row',
    dataset: 'wiki-views',
    does: 'days of one series on both sides of a random split',
    rules: ['S09', 'X02'],
    target: 'y',
    objective: 'regression',
    metric: 'rmse',
  },
  {
    id: 'speakers-by-row',
    dataset: 'spoken-digits',
    does: 'recordings of one speaker on both sides',
    rules: ['S08'],
    target: '',
    objective: 'multiclass',
    metric: 'macro_f1',
  },
  {
    id: 'survived-from-alive',
    dataset: 'ship-passengers',
    does: 'whether somebody survived from whether they are alive',
    rules: ['S03', 'S14', 'X03'],
    target: 'survived',
    objective: 'binary',
    positive: '1',
    metric: 'roc_auc',
  },
  {
    id: 'elected-from-votes',
    dataset: 'baseball-tables',
    does: 'who is elected from the votes',
    rules: ['S28', 'S14', 'X03'],
    target: 'inducted',
    objective: 'binary',
    positive: 'Y',
    metric: 'average_precision',
  },
  { id: 'twenty-rows', dataset: 'sleep-drug', does: 'twenty rows', rules: ['S20', 'too_few_rows'], target: 'extra', objective: 'regression', metric: 'rmse' },
];

/** The silly package of a dataset, judged; `stopped` by design where it could not even be made. */
export async function judgeNatural(bench: Bench, natural: Natural, read: ReadDataset): Promise<{ told: Told; refused: string } | undefined> {
  const profile = Profile.parse(await getJson(bench.artifacts, read.documents['profile'] ?? ''));
  const dataset = Dataset.parse(await getJson(bench.artifacts, read.documents['dataset'] ?? ''));
  const table = profile.tables.find((candidate) => columnsOf(natural, candidate) !== undefined);
  if (table === undefined) return undefined;
  const proposal = naiveProposal(natural, dataset, table);
  const built = await bench.engine.build(proposal.id, dataset.id, { ...read.documents, proposal: await putJson(bench.artifacts, proposal) });
  if (built.documents === undefined) return { told: NOTHING_TOLD, refused: built.reason };
  const bundle = built.documents['package'] ?? '';
  return { told: await judgeByAllLayers({ bundle, raw: dataset.raw, proposal }, bench), refused: '' };
}

/** The target's column of a table; of files the one that labels them. */
function columnsOf(natural: Natural, table: TableProfile): ColumnProfile | undefined {
  if (natural.derivation !== undefined) return table.columns.find((column) => column.name === natural.derivation?.sources[0]);
  if (natural.target !== '') return table.columns.find((column) => column.name === natural.target);
  return table.reader.format === 'media' ? table.columns.find((column) => /digit|label/i.test(column.name)) : undefined;
}

function naiveProposal(natural: Natural, dataset: Dataset, table: TableProfile): Proposal {
  const target = columnsOf(natural, table);
  const name = (natural.target === '' ? (target?.name ?? '') : natural.target).replace(/[^A-Za-z0-9_]+/g, '_');
  const out = new Set([target?.name ?? '', ...(natural.without ?? [])]);
  const inputs = table.columns.filter((column) => !out.has(column.name) && !['id', 'constant', 'empty', 'url', 'path'].includes(column.type));
  const media =
    table.reader.format === 'media'
      ? table.columns.filter((column) => column.type === 'media').map((column) => ({ column: column.name, kind: 'audio' as const }))
      : [];
  const labels = natural.objective === 'multiclass' || natural.objective === 'ordinal' ? (target?.top ?? []).map((entry) => entry.value) : [];
  const classes = natural.objective === 'ordinal' ? [...labels].sort((one, other) => Number(one) - Number(other)) : labels;
  const isClass = natural.objective !== 'regression' && natural.objective !== 'count';
  return Proposal.parse({
    id: `natural-${natural.id}`.slice(0, 63),
    datasetId: dataset.id,
    title: natural.id.replaceAll('-', ' '),
    question: `Predict ${name} from the other columns.`,
    user: 'whoever keeps such records',
    decision: 'what to expect',
    momentOfPrediction: 'when the record is made',
    modality: media.length > 0 ? 'audio' : 'tabular',
    objective: natural.objective,
    table: table.name,
    reader: table.reader,
    target: {
      column: natural.derivation === undefined ? (target?.name ?? '') : name,
      name,
      classes: natural.objective === 'binary' ? ['0', '1'] : classes,
      ...(natural.positive === undefined ? {} : { positive: natural.positive }),
      ...(natural.derivation === undefined ? {} : { derivation: natural.derivation }),
    },
    inputs: inputs.map((column) => column.name),
    textInputs: inputs.filter((column) => column.type === 'text').map((column) => column.name),
    media,
    ledger: inputs.map((column) => ({ column: column.name, availability: 'at', evidence: 'recorded with the row', kept: true })),
    entities: [],
    metric: { name: natural.metric, reason: 'usual' },
    split: { kind: isClass && natural.objective !== 'ordinal' ? 'stratified' : 'random', testFraction: 0.3, seed: 7, reason: 'rows are independent' },
    risks: [],
    skills: [],
    contamination: { level: 'public', evidence: 'published' },
  });
}
