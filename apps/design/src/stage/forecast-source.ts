import { inputNamed, type Plan } from './plan.ts';
import { plainText, python } from './python.ts';
import type { SplitSource } from './split-source.ts';

/** Instants before the cut that a series needs where two seasons are fewer. */
const LEAST_PAST = 8;

/** The part of prepare.py that cuts series into past and future. */
export function forecastSplit(plan: Plan): SplitSource {
  const { series, split } = plan.proposal;
  if (series === undefined) throw new RangeError('a forecast names its series');
  const named = packageSeries(plan);
  const first = plan.table.columns.find(({ name }) => name === series.time)?.top[0]?.value ?? '';
  const written = /^\d{1,2}[-/.]/.test(first);
  return {
    standard: [],
    imports: [],
    constants: [
      `TIME = ${python(named.time)}`,
      '# Columns that name a series.',
      `KEYS = ${python(named.keys)}`,
      `# ${plainText(series.reason)}.`,
      `SEASON, HORIZON = ${series.season}, ${series.horizon}`,
      '# From one instant to the next.',
      `STEP = (${python(series.step.unit)}, ${series.step.size})`,
      '# Instants before the cut that a series needs: two seasons, and enough to say anything at all.',
      `LEAST_PAST = ${Math.max(2 * series.season, LEAST_PAST)}`,
      '# Multiples of it are spread evenly between whole numbers.',
      'GOLDEN = 0.6180339887498949',
    ],
    calendar: ['instants', 'calendar_places'],
    lines: [
      `    # ${plainText(split.reason)}`,
      ...(written
        ? [
            '    # Instants are written so that every reader takes day and month alike.',
            '    table[TIME] = instants(table[TIME]).dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(" 00:00:00")',
          ]
        : []),
      '    place = places(instants(table[TIME]), *STEP)',
      '    cut = place.max() - HORIZON',
      '    in_test = place > cut',
      '    names = series_of(table)',
      '    past = names[~in_test].value_counts()',
      '    useful = names.map(past).fillna(0) >= LEAST_PAST',
      '    table, in_test = table[useful], in_test[useful]',
      '    assert in_test.any(), f"no series has {LEAST_PAST} instants or more before the last {HORIZON}, and some of these too"',
    ],
    checks: [
      '    assert places(instants(train[TIME]), *STEP).max() <= cut < places(instants(test[TIME]), *STEP).min(), "an instant of test is not after all of train"',
    ],
  };
}

/** Functions of prepare.py about series: how a series is named, and what its errors are measured by. */
export function forecastFunctions({ proposal }: Plan): string[] {
  const squared = proposal.metric.name === 'rmsse';
  return [
    [
      'def series_of(table: pd.DataFrame) -> pd.Series:',
      '    """The name of the series of each row."""',
      ...(proposal.series?.keys.length === 0
        ? ['    return pd.Series("one series", index=table.index)']
        : [
            '    names = table[KEYS[0]].astype(str)',
            '    for key in KEYS[1:]:',
            '        names = names + " | " + table[key].astype(str)',
            '    return names.rename(None)',
          ]),
    ].join('\n'),
    [
      'def spread_out(table: pd.DataFrame) -> pd.DataFrame:',
      '    """Rows such that neighbours in a series are far apart: their order, and ids that follow it, go with nothing that changes slowly."""',
      '    order = pd.DataFrame({"series": series_of(table), "place": places(instants(table[TIME]), *STEP)}).sort_values(["series", "place"])',
      '    order["turn"] = [(rank * GOLDEN + SEED / 2**31) % 1 for rank in range(len(order))]',
      '    return table.loc[order.sort_values("turn").index].reset_index(drop=True)',
    ].join('\n'),
    [
      'def scales(train: pd.DataFrame) -> pd.Series:',
      `    """For each series, the ${squared ? 'root mean squared' : 'mean absolute'} error in train of repeating the value of one season before."""`,
      '    past = pd.DataFrame({"series": series_of(train), "place": places(instants(train[TIME]), *STEP), "value": train[TARGET]})',
      '    pairs = past.merge(past.assign(place=past["place"] + SEASON), on=["series", "place"], suffixes=("", "_before"))',
      `    misses = (pairs["value"] - pairs["value_before"])${squared ? ' ** 2' : '.abs()'}`,
      `    found = misses.groupby(pairs["series"]).mean()${squared ? ' ** 0.5' : ''}`,
      '    found = found.reindex(sorted(past["series"].unique()))',
      '    # A series that repeats itself exactly has no error of its own: the median of the others stands in.',
      '    return found.where(found > 0, found[found > 0].median()).fillna(1.0).map(lambda scale: float(f"{scale:.9g}"))',
    ].join('\n'),
  ];
}

/** The series with the names of columns in the package. */
export function packageSeries(plan: Plan): NonNullable<Plan['proposal']['series']> {
  const { series } = plan.proposal;
  if (series === undefined) throw new RangeError('a forecast names its series');
  return { ...series, time: inputNamed(plan, series.time), keys: series.keys.map((key) => inputNamed(plan, key)) };
}
