import { forecastSplit } from './forecast-source.ts';
import { ratingsOf, type Plan } from './plan.ts';
import { plainText, python } from './python.ts';

/** The parts of prepare.py that decide which rows are held out: the boolean series `in_test`. */
export interface SplitSource {
  /** Imports of the standard library. */
  readonly standard: string[];
  readonly imports: string[];
  readonly constants: string[];
  /** Modules by which instants are read. */
  readonly calendar: string[];
  readonly lines: string[];
  readonly checks: string[];
}

/** Fewer feature columns than this repeat by chance, so that copies say nothing about memorising. */
const COLUMNS_THAT_IDENTIFY = 5;

export function splitSource(plan: Plan): SplitSource {
  if (plan.proposal.series !== undefined) return forecastSplit(plan);
  if (plan.proposal.split.kind === 'group') return groupSplit(plan);
  if (plan.proposal.split.kind === 'temporal') return temporalSplit(plan);
  return rowSplit(plan);
}

/** Whether rows with equal inputs are kept on one side. */
function tellsCopies(plan: Plan): boolean {
  // A log says the same again and again, each time with what follows open.
  if (plan.proposal.modality === 'log') return false;
  // A pair of a user and an item comes once.
  if (plan.proposal.objective === 'ranking') return false;
  return plan.inputs.length >= COLUMNS_THAT_IDENTIFY || plan.textInputs.length > 0 || plan.media.length > 0;
}

function libraries({ media }: Plan): string[] {
  return media.length > 0 ? ['import hashlib'] : [];
}

function copyLines({ proposal, textInputs, media }: Plan): string[] {
  if (media.length > 0)
    return media.map(({ name }) => `    copies = table[${python(name)}].map(lambda name: hashlib.sha256((raw / name).read_bytes()).hexdigest())`);
  return [
    `    features = table.drop(columns=${proposal.target.event === undefined ? 'TARGET' : '[TARGET, EVENT]'})`,
    ...textInputs.map((name) => `    features[${python(name)}] = features[${python(name)}].astype("string").str.casefold().str.split().str.join(" ")`),
    '    copies = pd.util.hash_pandas_object(features, index=False)',
  ];
}

function rowSplit(plan: Plan): SplitSource {
  const stratify = plan.proposal.split.kind === 'stratified';
  const copies = tellsCopies(plan);
  const rows = copies ? 'firsts' : 'table';
  return {
    standard: libraries(plan),
    imports: ['from sklearn.model_selection import train_test_split'],
    constants: [],
    calendar: [],
    lines: [
      ...(copies
        ? [
            '    # Rows with the same inputs stay on one side: a copy in the training data would be looked up, not predicted.',
            ...copyLines(plan),
            '    firsts = table[~copies.duplicated()]',
          ]
        : []),
      `    _, chosen = train_test_split(${rows}.index, test_size=TEST_SHARE, random_state=SEED${stratify ? `, stratify=${rows}[${plan.proposal.target.event === undefined ? 'TARGET' : 'EVENT'}]` : ''})`,
      `    in_test = ${copies ? 'copies.isin(copies[chosen])' : 'pd.Series(table.index.isin(chosen), index=table.index)'}`,
      ...coverage(plan),
    ],
    // A micro variant leaves training rows out.
    checks: plan.proposal.micro === undefined ? ['    assert len(train) + len(test) == len(table), "the split lost rows"'] : [],
  };
}

/** Users and items are known when a rating or a choice is asked for: each of the test rows has some in train. */
function coverage(plan: Plan): string[] {
  if (plan.proposal.ratings === undefined) return [];
  const { user, item } = ratingsOf(plan, plan.proposal.ratings);
  return [
    `    # A user or an item of the test rows has ${plan.proposal.objective === 'ranking' ? 'choices' : 'ratings'} in the training rows too; where it had none, its rows are moved there.`,
    `    for name in (${python(user)}, ${python(item)}):`,
    '        in_test = in_test & table[name].isin(table.loc[~in_test, name])',
  ];
}

function groupSplit(plan: Plan): SplitSource {
  const { column = '', reason } = plan.proposal.split;
  const name = plan.inputs.find((input) => input.raw === column)?.name;
  const classes = plan.target === 'binary' || plan.target === 'label';
  return {
    standard: libraries(plan),
    imports: [],
    constants: [`GROUP = ${python(name ?? column)}`],
    calendar: [],
    lines: [
      `    # ${plainText(reason)}`,
      `    group = ${name === undefined ? 'read(raw).loc[target.dropna().index, GROUP].reset_index(drop=True)' : 'table[GROUP]'}.astype("string")`,
      '    group = group.fillna("row " + table.index.to_series().astype("string"))',
      '    sizes = group.value_counts()',
      '    order = pd.Series(sorted(sizes.index)).sample(frac=1, random_state=SEED)',
      ...(classes ? byClass() : byRows()),
      '    if len(held_out) < 2:',
      '        held_out = sizes.sort_index().sort_values(kind="stable").index[:2].tolist()',
      '    in_test = group.isin(held_out).astype(bool)',
      ...withoutCopies(plan, 'group'),
      ...oneEach(plan),
    ],
    checks: [
      ...(plan.proposal.reader.format === 'ahead' ? ['    assert not test[GROUP].duplicated().any(), "something is asked about twice"'] : []),
      '    assert set(group[in_test]).isdisjoint(group[~in_test]), "a group is on both sides"',
    ],
  };
}

/** Where things are followed through time, a later row of one tells what comes of it: each is asked about once. */
function oneEach({ proposal }: Plan): string[] {
  if (proposal.reader.format !== 'ahead') return [];
  return [
    '    # A later row of what is followed holds the answer of an earlier one: the test data has one row of each.',
    '    asked = table[in_test].groupby(group[in_test]).sample(n=1, random_state=SEED).index',
    '    useful = ~in_test | table.index.isin(asked)',
    '    table, in_test, group = table[useful], in_test[useful], group[useful]',
  ];
}

/** Chooses groups by their rows alone. */
function byRows(): string[] {
  return [
    '    # Whole groups are held out while their rows fit into the test share; two small ones where hardly any fits.',
    '    held_out, rows = [], 0',
    '    for value in order:',
    '        if rows + sizes[value] <= 1.02 * TEST_SHARE * len(table):',
    '            held_out.append(value)',
    '            rows += sizes[value]',
  ];
}

/** Chooses groups such that each class gets its share of the test data. */
function byClass(): string[] {
  return [
    '    # Whole groups are held out, for the rarest class first, while they fit into the share of each class, and a little more where they are large.',
    '    members = pd.crosstab(group, table[TARGET]).loc[order]',
    '    room = (1 + min(0.05, sizes.iloc[0] / len(table))) * TEST_SHARE * members.sum()',
    '    held_out = []',
    '    for label in room.sort_values(kind="stable").index:',
    '        for value in members.index[members[label] > 0]:',
    '            if value not in held_out and (members.loc[value] <= room).all():',
    '                held_out.append(value)',
    '                room = room - members.loc[value]',
  ];
}

function temporalSplit(plan: Plan): SplitSource {
  const { column = '', reason } = plan.proposal.split;
  const name = plan.inputs.find((input) => input.raw === column)?.name;
  const profile = plan.table.columns.find((candidate) => candidate.name === column);
  const source = name === undefined ? 'read(raw).loc[target.dropna().index, TIME].reset_index(drop=True)' : 'table[TIME]';
  const numbers = profile?.storage === 'integer' || profile?.storage === 'float';
  return {
    standard: libraries(plan),
    imports: [],
    constants: [`TIME = ${python(name ?? column)}`],
    calendar: numbers ? [] : ['instants'],
    lines: [
      `    # ${plainText(reason)}`,
      `    time = ${numbers ? `pd.to_numeric(${source})` : `instants(${source})`}`,
      '    # Rows of one instant stay on one side: the cut is where that comes nearest to the test share. A row without a time belongs to the past.',
      '    later = 1 - time.rank(method="max", pct=True)',
      '    distance = (later - TEST_SHARE).abs().where(later > 0)',
      '    last_known = time[distance == distance.min()].max()',
      '    in_test = time > last_known',
      ...withoutCopies(plan, 'time'),
    ],
    checks: ['    assert time[in_test].min() > time[~in_test].max(), "no test row, or one that is not after all training rows"'],
  };
}

/** Takes training rows away whose inputs recur in the test rows; `by` is the series that the split goes by. */
function withoutCopies(plan: Plan, by: 'group' | 'time'): string[] {
  if (!tellsCopies(plan)) return [];
  return [
    '    # A training row with the inputs of a test row would be looked up, not predicted.',
    ...copyLines(plan),
    '    useful = in_test | ~copies.isin(copies[in_test])',
    `    table, in_test, ${by} = table[useful], in_test[useful], ${by}[useful]`,
  ];
}
