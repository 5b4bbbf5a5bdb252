import type { AssertConfig } from '../../config.ts';
import type { Measurements } from '../measurements.ts';
import { none, rawNames, when, type Judgement } from '../rule.ts';

type Split = NonNullable<Measurements['audit']['split']>;

/** S09 of a forecast: one origin, two seasons before it in each series, and nothing of the future but the calendar. Undefined for other tasks. */
export function forecastCut({ series, time }: Split, all: Measurements, { leastSeasons }: AssertConfig): Judgement | undefined {
  const { manifest } = all;
  if (manifest?.series === undefined) return undefined;
  if (series === null) return when(false, 'a column that names series or instants is in train.csv or test.csv only');
  const measurement = { ...series, lastTrain: time?.lastTrain ?? null, firstTest: time?.firstTest ?? null };
  if (series.late > 0) return when(false, `${series.late} training rows are as late as a test row: the forecast has more than one origin`, measurement);
  if (series.repeated > 0) return when(false, `${series.repeated} rows are of an instant that their series has already`, measurement);
  const ahead = new Set(manifest.ledger.filter(({ availability }) => availability === 'before').map(({ column }) => column));
  const unknown = series.varying.filter((name) => !ahead.has(manifest.columns.find((column) => column.name === name)?.raw ?? name));
  if (unknown.length > 0)
    return none(unknown, 'inputs of the future that nobody knows at the forecast origin', {
      action: 'drop_columns',
      columns: rawNames(all, unknown),
    });
  if (series.scales === false) return when(false, 'the answers do not give each series its name and one scale above 0', measurement);
  return when(series.leastSeasons >= leastSeasons, `a series has ${series.leastSeasons} seasons in train.csv; ${leastSeasons} are needed`, measurement);
}

/** S09 of values ahead: a later row of what is followed holds the answer of an earlier one, so that each is asked about once. Undefined for other tasks. */
export function askedOnce({ groups }: Split, { manifest }: Measurements): Judgement | undefined {
  if (manifest?.ahead === undefined) return undefined;
  if (groups === null) return when(false, 'nothing tells apart what is followed, so that rows of one may be on both sides');
  return when(groups.mostInTest === 1, `test.csv has up to ${groups.mostInTest} rows of one ${groups.column}; a later one holds the answer of an earlier one`, {
    ...groups,
  });
}

/** S09 where no time is declared: rows of series that were drawn without regard to their time. Undefined where there are none. */
export function unseenSeries({ time, evenSteps }: Split, all: Measurements): Judgement | undefined {
  const kind = all.manifest?.split.kind;
  if (time !== null || evenSteps === null || (kind !== 'random' && kind !== 'stratified')) return undefined;
  const { things, column } = evenSteps;
  return when(
    false,
    `${things === 1 ? 'the rows are one series' : `the rows are ${things} series`} at even steps of ${column}, drawn without regard to it: what comes before and after a test row is known`,
    { ...evenSteps },
    { action: 'temporal_split', columns: rawNames(all, [column]) },
  );
}

/** S16 of a forecast: the instants that are asked for are the horizon. The last ones may be missing in the source. */
export function horizonAsked({ series }: Split, horizon: number): Judgement {
  if (series === null) return { status: 'not_measured' };
  return when(series.ahead <= horizon && series.ahead >= 0.9 * horizon, `test.csv ends ${series.ahead} instants after train.csv, ${horizon} were declared`, {
    ahead: series.ahead,
    declared: horizon,
  });
}

/** S20 of a forecast: series enough, or windows of time enough, to tell solutions apart. */
export function forecastUnits({ series }: Split, { manifest }: Measurements, { leastTest }: AssertConfig): Judgement {
  if (series === null) return { status: 'not_measured' };
  const units = series.blocks ?? series.series;
  const kind = series.blocks === null ? 'series' : 'windows';
  return when(units >= leastTest.series, `${units} ${kind} are asked for; ${leastTest.series} are needed`, {
    units,
    kind,
    series: series.series,
    horizon: manifest?.series?.horizon ?? null,
  });
}
