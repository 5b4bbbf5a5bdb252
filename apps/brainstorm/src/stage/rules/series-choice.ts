import type { Series, SeriesProfile, TableProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../../config.ts';

/** How a step is called, and how far planners usually look ahead at it. */
interface Frequency {
  readonly unit: 'month' | 'second';
  readonly size: number;
  readonly word: string;
  /** Instants in a season, and what the season is. */
  readonly season: number;
  readonly of: string;
  /** Instants ahead. */
  readonly horizon: number;
}

const FREQUENCIES: readonly Frequency[] = [
  { unit: 'month', size: 12, word: 'yearly', season: 1, of: '', horizon: 5 },
  { unit: 'month', size: 3, word: 'quarterly', season: 4, of: 'year', horizon: 8 },
  { unit: 'month', size: 1, word: 'monthly', season: 12, of: 'year', horizon: 12 },
  { unit: 'second', size: 604_800, word: 'weekly', season: 52, of: 'year', horizon: 13 },
  { unit: 'second', size: 86_400, word: 'daily', season: 7, of: 'week', horizon: 28 },
  { unit: 'second', size: 3_600, word: 'hourly', season: 24, of: 'day', horizon: 48 },
  { unit: 'second', size: 1_800, word: 'half-hourly', season: 48, of: 'day', horizon: 48 },
  { unit: 'second', size: 900, word: 'quarter-hourly', season: 96, of: 'day', horizon: 96 },
];

/** Of a step that has no name. */
const OTHER_HORIZON = 8;
/** Seasons that a typical series must hold for a season to be told. */
const LEAST_SEASONS = 3;
/** Instants of a horizon: with fewer there is little to forecast. */
const LEAST_HORIZON = 3;

/** The season and horizon of a forecast, or why there is none. */
export type SeriesChoice = { readonly series: Series } | { readonly refused: string };

/**
 * The series of a table whose question is what comes next: its rows are the instants of series, and little else is
 * recorded. A table with labels or many measurements at each instant has questions of its own about each row.
 */
export function seriesToForecast({ series }: TableProfile, { maxValues }: BrainstormConfig['series']): SeriesProfile | undefined {
  if (series === undefined || series.others.length > 0 || series.values.length === 0) return undefined;
  return series.values.length <= (series.keys.length === 0 ? 1 : maxValues) ? series : undefined;
}

/** Season and horizon from the step and the length of the series. Names are those of raw columns. */
export function chooseSeries(profile: SeriesProfile, config: BrainstormConfig['series']): SeriesChoice {
  const known = FREQUENCIES.find(({ unit, size }) => unit === profile.step.unit && size === profile.step.size);
  const word = known?.word ?? `every ${profile.step.size} ${profile.step.unit}s`;
  const length = Math.round(profile.length.median / profile.coverage);
  const seasonal = known !== undefined && known.season > 1 && length >= LEAST_SEASONS * known.season;
  const season = seasonal ? known.season : 1;
  const seasonReason = seasonal
    ? `instants are ${word}: a season is one ${known.of}, ${season} instants`
    : `instants are ${word}${known !== undefined && known.season > 1 ? `, and fewer than ${LEAST_SEASONS} times a ${known.of} are known` : ''}: no season is taken for granted`;
  const usual = known?.horizon ?? OTHER_HORIZON;
  const common = { time: profile.time, keys: profile.keys, season, step: profile.step, frequency: word };
  if (profile.count >= config.leastSeries) {
    const horizon = Math.min(usual, Math.floor(length / 5));
    if (horizon < LEAST_HORIZON || length - horizon < 2 * season)
      return {
        refused: `${profile.count} series of about ${length} ${word} instants are too short: two seasons and a horizon of ${LEAST_HORIZON} are the least`,
      };
    const cut = horizon < usual ? ', a fifth of a typical series' : ', as far as is usually planned at this step';
    return { series: { ...common, horizon, reason: `${seasonReason}; ${horizon} instants are asked for${cut}` } };
  }
  // One series is one forecast: it is asked for far ahead, and its windows are what is resampled.
  const block = [Math.max(season, usual), Math.max(season, LEAST_HORIZON)].find(
    (size) => config.leastBlocks * size <= config.largestTestShare * profile.instants,
  );
  if (block === undefined)
    return {
      refused: `${profile.count === 1 ? 'one series' : `${profile.count} series`} of ${profile.instants} ${word} instants: ${config.leastBlocks} windows of a season in the future, which a standard error needs, are more than ${Math.round(100 * config.largestTestShare)} % of it`,
    };
  const blocks = Math.max(config.leastBlocks, Math.min(config.blocks, Math.floor((config.usualTestShare * profile.instants) / block)));
  return {
    series: {
      ...common,
      horizon: blocks * block,
      block,
      reason: `${seasonReason}; ${blocks * block} instants are asked for from one origin, since ${profile.count === 1 ? 'one series' : `${profile.count} series`} must be followed for ${blocks} windows of ${block} instants to tell how sure a difference is`,
    },
  };
}
