import type { ColumnProfile, Dataset, LedgerEntry, Profile, Proposal, Series, SeriesProfile, TableProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../config.ts';
import { contaminationOf, targetName } from './proposals.ts';
import type { TurnedDown } from './rules/candidates.ts';
import { NEVER_TARGET, OUTCOME, words } from './rules/cues.ts';
import { structuralDrop } from './rules/ledger.ts';
import { chooseForecastMetric } from './rules/metric-choice.ts';
import { forecastQuestion } from './rules/question.ts';
import { chooseSeries } from './rules/series-choice.ts';
import { seedOf } from './rules/split-choice.ts';
import { taskId } from './task-id.ts';

/** The forecasts that a table of series is good for, best first. */
export function forecastsOf(input: {
  dataset: Dataset;
  profile: Profile;
  table: TableProfile;
  series: SeriesProfile;
  tables: number;
  config: BrainstormConfig;
}): { ideas: { proposal: Proposal; worth: number; measured: undefined }[]; turnedDown: TurnedDown[] } {
  const turnedDown: TurnedDown[] = [];
  const ideas: { proposal: Proposal; worth: number; measured: undefined }[] = [];
  const choice = chooseSeries(input.series, input.config.series);
  for (const column of input.table.columns.filter(({ name }) => input.series.values.includes(name))) {
    const unfit = unfitValue(column, input.series) ?? ('refused' in choice ? choice.refused : undefined);
    if (unfit !== undefined) turnedDown.push({ target: column.name, objective: 'forecast', code: 'no_forecast', reason: unfit });
    else if ('series' in choice) ideas.push({ proposal: proposalOf(input, column, choice.series), worth: worthOf(column, input.table), measured: undefined });
  }
  return { ideas: ideas.sort((one, other) => other.worth - one.worth), turnedDown };
}

/** Why nobody would forecast a column; undefined where it can be asked for. */
function unfitValue(column: ColumnProfile, { values }: SeriesProfile): string | undefined {
  const never = NEVER_TARGET.find((cue) => cue.pattern.test(words(column.name)));
  if (never !== undefined && values.length > 1) return never.reason;
  if (column.distinct < 10) return `it has ${column.distinct} values`;
  return column.missing > 0.3 * column.rows ? 'more than a third of its values are missing' : undefined;
}

function worthOf(column: ColumnProfile, { columns }: TableProfile): number {
  const named = OUTCOME.filter((cue) => cue.pattern.test(words(column.name))).reduce((most, cue) => Math.max(most, cue.weight), 0);
  return 4 + named + (column.statedTarget ? 6 : 0) + (columns.at(-1) === column ? 2 : 0);
}

function proposalOf(input: Parameters<typeof forecastsOf>[0], target: ColumnProfile, series: Series): Proposal {
  const { dataset, profile, table } = input;
  const ledger = table.columns.filter(({ name }) => name !== target.name).map((column) => lineOf(column, target, input.series));
  const inputs = ledger.filter((entry) => entry.kept).map((entry) => entry.column);
  const kept = table.columns.filter((column) => inputs.includes(column.name));
  const name = targetName(target.name, table);
  const contamination = contaminationOf(dataset, profile);
  const asked = forecastQuestion({
    target,
    series,
    count: input.series.count,
    about: contamination.level === 'well_known' ? undefined : dataset.source.title.replace(/\s*\([^)]*\)/g, ''),
  });
  return {
    id: taskId(dataset.id, input.tables > 1 ? `${table.name} ${name}` : name),
    datasetId: dataset.id,
    ...asked,
    modality: 'timeseries',
    objective: 'forecast',
    table: table.name,
    reader: table.reader,
    target: { column: target.name, name, description: target.description ?? '', classes: [], dropped: [] },
    inputs,
    textInputs: [],
    media: [],
    series,
    ledger,
    entities: [
      ...series.keys.map((column) => ({ column, role: 'known' as const, evidence: 'it names the series, and the same series go on' })),
      ...input.series.attributes.map((column) => ({ column, role: 'attribute' as const, evidence: 'a property of the series' })),
    ],
    metric: chooseForecastMetric(target),
    split: {
      kind: 'temporal',
      column: series.time,
      testFraction: Number(Math.min(0.5, Math.max(0.001, series.horizon / input.series.instants)).toFixed(4)),
      seed: seedOf(dataset.digest, target.name, 'temporal'),
      reason: `the last ${series.horizon} instants are asked for, all later than every training instant`,
    },
    risks: target.missing > 0 ? [`${target.missing} instants without a value are left out`] : [],
    skills: [
      'time series forecasting',
      'validation from past to future',
      ...(series.season > 1 ? ['seasons'] : []),
      ...(series.keys.length > 0 ? ['one model over many series'] : []),
    ],
    contamination,
    columnNotes: Object.fromEntries([target, ...kept].flatMap((column) => (column.description === undefined ? [] : [[column.name, column.description]]))),
  };
}

/** The ledger's line of a column: what of it is known at the forecast origin. */
function lineOf(column: ColumnProfile, target: ColumnProfile, { time, keys, attributes, calendar }: SeriesProfile): LedgerEntry {
  const before = (evidence: string): LedgerEntry => ({ column: column.name, availability: 'before', evidence, kept: true, reason: '' });
  if (column.name === time) return before('the calendar is known ahead');
  if (keys.includes(column.name)) return before('it names the series');
  const structural = structuralDrop(column, target);
  if (structural !== undefined) return { column: column.name, availability: 'at', ...structural, kept: false };
  if (attributes.includes(column.name)) return before('the same in all instants of a series');
  if (calendar.includes(column.name)) return before('a part of the calendar, known ahead');
  return {
    column: column.name,
    availability: 'after',
    evidence: 'recorded at the same instant as the target',
    kept: false,
    reason: 'of the future it is as unknown as the target',
  };
}
