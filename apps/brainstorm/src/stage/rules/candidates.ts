import { READS_AS_MISSING, type ColumnProfile, type Objective, type Ratings, type TableProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../../config.ts';
import { followedOf, presentOf } from './ahead.ts';
import { hasContent, logOf, mediaOf } from './content.ts';
import { ANIMAL, BODY, NEVER_TARGET, OUTCOME, OUTCOME_TEXT, PERSON, SEX, VOICE, WATCHED, words } from './cues.ts';
import { referredTable } from './joined.ts';
import { PAIR_OUTCOME, isOfPair, linkedOf } from './pairs.ts';
import { ratersOf } from './ratings.ts';
import { labelShape, tagShape } from './several.ts';
import { followUpOf } from './survival.ts';

/** A column that may be worth asking for, before anything was measured on its relation to others. */
export interface Candidate {
  readonly column: ColumnProfile;
  readonly objective: Objective;
  /** What orders candidates; a column below `LEAST_WORTH` is not asked for. */
  readonly worth: number;
  readonly reason: string;
  /** Raw values of the classes that are kept, in order. */
  readonly classes: readonly string[];
  readonly dropped: readonly string[];
  readonly positive?: string | undefined;
  /** Survival: the column that says whether the event was seen. */
  readonly event?: ColumnProfile | undefined;
  /** What a user thinks of an item: the columns that name them. */
  readonly ratings?: Ratings | undefined;
}

/** A column or formulation that was turned down, and why. */
export interface TurnedDown {
  readonly target: string;
  readonly objective?: string;
  readonly code: string;
  readonly reason: string;
}

const LEAST_WORTH = 3;
/** Sentences were tagged in order that somebody learns to. */
const TAGS_WORTH = 10;
/** Largest to smallest class, and rows of the smallest, where accuracy is a fair measure. */
const EVEN_RATIO = 3;
const LEAST_EVEN = 25;
/** Less than what is an outcome by its name. */
const WATCHED_WORTH = 3;
const NEAR_CONSTANT = 0.9;
/** Share of rows whose classes are too rare to be asked for. */
const MOST_DROPPED = 0.2;
/** Squares of sums over many rows stay far within a double. */
const LARGEST = 1e100;
const TARGETABLE = new Set(['numeric', 'categorical', 'ordinal', 'boolean', 'labels', 'tags']);
const RATING = /\b(rating|score|grade|quality|stars|level|stage|severity|satisfaction|rank|class|pclass|y|risk)\b/;
const COUNT = /\b(count|cnt|number of|num|n|visits|claims|accidents|goals|bikes|calls|visitors|crimes|deaths|rings)\b/;

/** Sorts a table's columns into candidates, best first, and those turned down by name, type or counts. */
export function targetCandidates(table: TableProfile, documentation: string, config: BrainstormConfig): { candidates: Candidate[]; turnedDown: TurnedDown[] } {
  const candidates: Candidate[] = [];
  const turnedDown: TurnedDown[] = [];
  const followed = followedOf(table);
  const hasText = hasContent(table);
  const log = logOf(table);
  const persons = table.columns.some((column) => PERSON.test(words(column.name)));
  const animals = ANIMAL.test(`${documentation} ${table.columns.map((column) => column.name).join(' ')}`);
  const recorded = table.columns.filter((column) => column.name !== linkedOf(table));
  recorded.forEach((column, index) => {
    if (isOfPair(table, column)) {
      turnedDown.push({ target: column.name, code: 'not_a_target', reason: 'it is one of the two texts that a row compares' });
      return;
    }
    if (belongsElsewhere(table, column)) {
      turnedDown.push({ target: column.name, code: 'of_another_table', reason: 'it is a property of what the row refers to, and a question about that' });
      return;
    }
    // What is known at the instant of a row is asked for in the table that it was followed in.
    const present = followed === undefined ? undefined : presentOf(followed, column.name);
    if (followed !== undefined && present === undefined) return;
    const around = {
      last: followed === undefined && index === recorded.length - 1,
      hasText,
      heard: mediaOf(table)?.kind === 'audio',
      paired: table.pair !== undefined,
      animals,
      persons,
      documentation,
      headerless: table.reader.format === 'csv' && !table.reader.header,
      rows: table.rows,
    };
    const verdict =
      log !== undefined
        ? judgeLog(column, log.outcomes, config)
        : present === undefined
          ? judge(column, around, config)
          : judgeLater(column, present, around, config);
    if ('worth' in verdict) candidates.push(verdict);
    else turnedDown.push(verdict);
  });
  const raters = followed === undefined ? ratersOf(table) : undefined;
  const { asked, instead } = overTime(
    table,
    candidates.map((candidate) => asRating(candidate, raters)),
  );
  turnedDown.push(...instead);
  const bijective = new Set(table.columns.filter((column) => column.bijectiveWith !== undefined).map((column) => column.name));
  const distinct = asked.filter(
    (candidate) => !bijective.has(candidate.column.name) || !asked.some((other) => other.column.name === candidate.column.bijectiveWith),
  );
  for (const copy of asked.filter((candidate) => !distinct.includes(candidate)))
    turnedDown.push({ target: copy.column.name, objective: copy.objective, code: 'same_task', reason: `says the same as ${copy.column.bijectiveWith ?? ''}` });
  return { candidates: distinct.sort((one, other) => other.worth - one.worth), turnedDown };
}

/** A rating is a number on a scale: to be off by two is worse than to be off by one, and in between is no mistake. */
function asRating(candidate: Candidate, ratings: Ratings | undefined): Candidate {
  const { column, objective } = candidate;
  const said = RATING.test(words(column.name)) || /\bratings?\b/i.test(column.description ?? '');
  if (ratings === undefined || !said || (objective !== 'ordinal' && objective !== 'regression') || column.storage === 'string') return candidate;
  return { ...candidate, objective: 'regression', classes: [], dropped: [], ratings };
}

/** Where rows were watched for different times, the event and the time are one question: one that counts those who were not watched to the end. */
function overTime(table: TableProfile, candidates: readonly Candidate[]): { asked: Candidate[]; instead: TurnedDown[] } {
  const found = followedOf(table) === undefined ? followUpOf(table) : undefined;
  if (found === undefined) return { asked: [...candidates], instead: [] };
  const { time, event, positive } = found;
  const one = (candidate: Candidate): boolean => candidate.column === time || candidate.column === event;
  const replaced = candidates.filter(one);
  const survival: Candidate = {
    column: time,
    objective: 'survival',
    worth: Math.max(5, ...replaced.map((candidate) => candidate.worth)) + 1,
    reason: `each row was watched up to ${time.name}, and ${event.name} says whether the event was seen`,
    classes: [],
    dropped: [],
    positive,
    event,
  };
  return {
    asked: [...candidates.filter((candidate) => !one(candidate)), survival],
    instead: replaced.map((candidate) => ({
      target: candidate.column.name,
      objective: candidate.objective,
      code: 'censored',
      reason: `rows were watched for different times: it is asked for as the time to the event, censored where ${event.name} says so`,
    })),
  };
}

/** A joined column, but for the name that stands for a code of this table. */
function belongsElsewhere(table: TableProfile, column: ColumnProfile): boolean {
  const from = referredTable(table, column.name);
  if (from === undefined) return false;
  return referredTable(table, from.reference) !== undefined || table.columns.filter((other) => other.name.startsWith(from.prefix)).length > 1;
}

interface Surroundings {
  readonly last: boolean;
  readonly hasText: boolean;
  /** Rows compare two texts. */
  readonly paired: boolean;
  /** Rows are recordings. */
  readonly heard: boolean;
  /** The column holds a value some time after the row. */
  readonly later?: boolean;
  readonly animals: boolean;
  readonly persons: boolean;
  readonly documentation: string;
  readonly headerless: boolean;
  readonly rows: number;
}

/** Logs have outcomes, and nothing else of them is asked for. */
function judgeLog(column: ColumnProfile, outcomes: readonly string[], config: BrainstormConfig): Candidate | TurnedDown {
  const down = (code: string, reason: string): TurnedDown => ({ target: column.name, code, reason });
  if (!outcomes.includes(column.name)) return down('not_an_outcome', 'it is written before anything has come of it');
  if (column.rows - column.missing < config.minRows)
    return down('too_few_rows', `${column.rows - column.missing} labelled rows are fewer than ${config.minRows}`);
  const shape = objectiveOf(column, words(column.name), config);
  if (shape === undefined) return down('no_objective', `${column.distinct} distinct values of type ${column.type} fit no objective`);
  return { column, worth: LEAST_WORTH + outcomes.length - outcomes.indexOf(column.name), reason: 'the log tells it when the story has ended', ...shape };
}

function judge(column: ColumnProfile, around: Surroundings, config: BrainstormConfig): Candidate | TurnedDown {
  const down = (code: string, reason: string): TurnedDown => ({ target: column.name, code, reason });
  if (!TARGETABLE.has(column.type)) return down('not_a_target', `a column of type ${column.type}`);
  if (column.type === 'tags') {
    const shape = tagShape(column, config);
    return 'reason' in shape ? down('no_objective', shape.reason) : { column, worth: TAGS_WORTH, reason: 'every token has its tag', ...shape };
  }
  const name = words(column.name);
  const note = column.description ?? '';
  const generic = around.last && /^(class|type|category|group)$/.test(name) ? 5 : 0;
  const outcome = OUTCOME.filter((cue) => cue.pattern.test(name)).reduce((most, cue) => Math.max(most, cue.weight), generic);
  const compared = around.paired && PAIR_OUTCOME.test(name) ? 5 : 0;
  const sexOfAnimal = SEX.test(name) && around.animals;
  const voice = around.heard && VOICE.test(name) ? 4 : 0;
  const never = NEVER_TARGET.find((cue) => cue.pattern.test(name));
  if (!sexOfAnimal && voice === 0 && (never !== undefined || SEX.test(name)) && Math.max(outcome, compared) < 5)
    return down('not_worth_asking', never?.reason ?? 'a free attribute of a person, asked for no purpose');
  if (around.persons && BODY.test(name)) return down('not_worth_asking', 'a free attribute of a person, asked for no purpose');
  const labelled = column.rows - column.missing;
  if (labelled < config.minRows) return down('too_few_rows', `${labelled} labelled rows are fewer than ${config.minRows}`);
  const largest = Math.max(Math.abs(column.min ?? 0), Math.abs(column.max ?? 0));
  if (column.type === 'numeric' && !(largest < LARGEST && (largest === 0 || largest > 1 / LARGEST)))
    return down('out_of_range', 'its numbers are so large or small that their squares cannot be computed with');
  if (new Set(column.top.map(({ value }) => value.trim())).size < 2) return down('constant', 'it has one value, but for spaces');
  if (column.missing > 0.5 * column.rows) return down('mostly_missing', 'more than half of its values are missing');
  if (column.distinct > 2 && (column.top[0]?.count ?? 0) > NEAR_CONSTANT * labelled)
    return down('near_constant', `it is "${column.top[0]?.value ?? ''}" in ${Math.round((100 * (column.top[0]?.count ?? 0)) / labelled)} % of its rows`);
  const short = around.hasText && (column.distinct <= config.maxClasses || column.type === 'labels');
  const worth =
    Math.max(outcome, compared) +
    voice +
    (around.later === true && outcome === 0 && WATCHED.test(name) ? WATCHED_WORTH : 0) +
    (sexOfAnimal ? 4 : 0) +
    (OUTCOME_TEXT.test(note) ? 3 : 0) +
    (column.statedTarget ? 6 : 0) +
    (around.last ? 2 : 0) +
    (short && around.headerless ? 4 : 0) +
    (short ? 2 : 0) +
    (around.last && column.type === 'boolean' ? 1 : 0) +
    (isNamedLabel(column, around) ? 4 : 0);
  if (worth < LEAST_WORTH) return down('no_purpose', 'neither its name nor the documentation says who would want to know it beforehand');
  const unreadable = column.storage === 'string' && column.type !== 'labels' ? column.top.find((entry) => READS_AS_MISSING.includes(entry.value)) : undefined;
  if (unreadable !== undefined) return down('reads_as_missing', `its class "${unreadable.value}" is read as a missing value by common tools`);
  const shape = objectiveOf(column, name, config);
  if (shape === undefined) return down('no_objective', `${column.distinct} distinct values of type ${column.type} fit no objective`);
  return {
    column,
    worth,
    reason: column.statedTarget ? 'the documentation names it as the target' : reasonFor(Math.max(outcome, compared), note, around),
    ...shape,
  };
}

/** A value some time later, judged by the name of the value: a number, asked for after the same number now. */
function judgeLater(column: ColumnProfile, present: string, around: Surroundings, config: BrainstormConfig): Candidate | TurnedDown {
  const verdict = judge({ ...column, name: present }, { ...around, later: true }, config);
  if (!('worth' in verdict)) return { ...verdict, target: column.name };
  if (verdict.objective !== 'regression' && verdict.objective !== 'count')
    return { target: column.name, code: 'no_objective', reason: `${present} is no number that changes by degrees` };
  return { ...verdict, column, objective: 'regression', worth: verdict.worth - 1 };
}

/** Numbers on one bounded scale beside a text are its ratings, whatever their names. */
function isNamedLabel(column: ColumnProfile, around: Surroundings): boolean {
  return around.hasText && column.type === 'numeric' && column.storage === 'float' && (column.min ?? -1) >= 0 && (column.max ?? 100) <= 10;
}

function reasonFor(outcome: number, note: string, around: Surroundings): string {
  if (outcome > 0) return 'its name is that of an outcome';
  if (OUTCOME_TEXT.test(note)) return 'the documentation calls it an outcome';
  return around.paired ? 'a label of a pair of texts' : around.hasText ? 'a label of a text' : 'the last column, where a table usually has its outcome';
}

type Shape = Pick<Candidate, 'objective' | 'classes' | 'dropped' | 'positive'>;

function objectiveOf(column: ColumnProfile, name: string, config: BrainstormConfig): Shape | undefined {
  if (column.type === 'labels') return labelShape(column, config);
  const labelled = column.rows - column.missing;
  const sorted = [...column.top].sort((one, other) => compare(one.value, other.value));
  // A quantity that takes two values is a rate of two groups, not something to be told.
  if (column.distinct === 2 && column.storage === 'float' && column.type === 'numeric' && !column.top.every((entry) => /^(0|1)(\.0)?$/.test(entry.value)))
    return undefined;
  if (column.distinct === 2) {
    const rarer = column.top[1];
    if (rarer === undefined || rarer.count < 60) return undefined;
    const positive = sorted.find((entry) => /^(1|1\.0|true|yes|y|t|spam|positive|dead|died)$/i.test(entry.value))?.value ?? rarer.value;
    return { objective: 'binary', classes: sorted.map((entry) => entry.value), dropped: [], positive };
  }
  const numeric = column.storage === 'integer' || column.storage === 'float';
  if (numeric && column.storage === 'integer' && column.distinct <= 12 && RATING.test(name)) {
    return { objective: 'ordinal', classes: sorted.map((entry) => entry.value), dropped: [] };
  }
  if (numeric && (column.min ?? -1) >= 0 && column.storage === 'integer' && COUNT.test(name) && (column.median ?? 0) < 100)
    return { objective: 'count', classes: [], dropped: [] };
  if (numeric && column.distinct >= 10) return { objective: 'regression', classes: [], dropped: [] };
  if (column.distinct > config.maxClasses || column.distinct > column.top.length) return undefined;
  const least = config.testUnitsPerClass / 0.3;
  // Classes of about one size need no mean over classes: then few rows of each are enough.
  const even = (column.top[0]?.count ?? 0) <= EVEN_RATIO * (column.top.at(-1)?.count ?? 0) && (column.top.at(-1)?.count ?? 0) >= LEAST_EVEN;
  const kept = sorted.filter((entry) => even || entry.count >= least);
  const dropped = sorted.filter((entry) => !even && entry.count < least);
  const lost = dropped.reduce((sum, entry) => sum + entry.count, 0);
  if (kept.length < 3 || lost > MOST_DROPPED * labelled) return undefined;
  return { objective: numeric ? 'ordinal' : 'multiclass', classes: kept.map((entry) => entry.value), dropped: dropped.map((entry) => entry.value) };
}

/** The classes of a column for an objective that is given; undefined where it does not carry it. */
export function shapeAs(column: ColumnProfile, objective: Objective, positive: string | undefined, config: BrainstormConfig): Shape | undefined {
  if (objective === 'regression' || objective === 'count') return column.distinct >= 3 ? { objective, classes: [], dropped: [] } : undefined;
  const shape = objectiveOf({ ...column, type: 'categorical', storage: 'string' }, '', config);
  if (objective === 'binary') return shape?.objective === 'binary' ? { ...shape, positive: positive ?? shape.positive } : undefined;
  return shape?.objective === 'multiclass' ? { ...shape, objective } : undefined;
}

function compare(one: string, other: string): number {
  const [a, b] = [Number(one), Number(other)];
  if (Number.isFinite(a) && Number.isFinite(b)) return a - b;
  return one < other ? -1 : 1;
}
