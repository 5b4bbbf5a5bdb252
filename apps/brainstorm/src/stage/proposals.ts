import { plain } from '@mle-smith/agent';
import { own, type ColumnProfile, type Dataset, type PairProfile, type Profile, type Proposal, type Ratings, type TableProfile } from '@mle-smith/contracts';
import { followedOf, followedRoles, presentOf } from './rules/ahead.ts';
import { aheadQuestion } from './rules/ahead-question.ts';
import { WELL_KNOWN, words } from './rules/cues.ts';
import { CONTENT, LOG_TEXTS, isShortText, isText, logOf, mediaOf } from './rules/content.ts';
import { entityCandidates, entityRoles, knownRoles, partRoles, seriesRoles, withTwins } from './rules/entities.ts';
import { expandLetters } from './rules/expand-letters.ts';
import { chooseMetric } from './rules/metric-choice.ts';
import { pairRoles, pairSplitReason } from './rules/pairs.ts';
import { questionOf } from './rules/question.ts';
import { kindsOf, marksEntities } from './rules/several.ts';
import { chooseSplit } from './rules/split-choice.ts';
import type { Formulation } from './formulation.ts';
import type { TargetScreening } from './screening.ts';
import { taskId } from './task-id.ts';

/** A formulation that survived the screening, spelled out. */
export function proposalOf(input: {
  dataset: Dataset;
  profile: Profile;
  table: TableProfile;
  formulation: Formulation;
  measured: TargetScreening | undefined;
  tables: number;
  /** What a model says of the question, in place of words that rules put together. */
  told?: Told | undefined;
}): Proposal {
  const { dataset, profile, table, formulation, measured } = input;
  const { candidate, content } = formulation;
  const media = mediaOf(table);
  const spelled = expandLetters(
    table.columns.map((column) => column.name),
    `${dataset.source.title}\n${profile.documentation}`,
  ).get(candidate.column.name);
  const target = { ...candidate.column, ...(candidate.column.description === undefined && spelled !== undefined ? { description: spelled } : {}) };
  const things = logOf(table) !== undefined ? [] : entityCandidates(table).filter((column) => column.name !== target.name);
  const { ratings } = candidate;
  const pair = content === 'pair' ? table.pair : undefined;
  // Texts that come again are kept on one side whether they are compared or not.
  const texts = pair ?? (content === 'text' ? table.pair : undefined);
  const found = texts === undefined ? rolesOf(table, things, ratings, measured) : pairRoles(table, things);
  const entities = withUnseen(table, found, input.told?.unseen ?? []);
  const drawn = chooseSplit({
    datasetDigest: dataset.digest,
    table,
    target,
    objective: candidate.objective,
    positive: candidate.positive,
    event: candidate.event,
    entities,
  });
  const split = texts === undefined || drawn.kind !== 'group' ? drawn : { ...drawn, reason: pairSplitReason(table) };
  const metric = chooseMetric(candidate.objective, target, candidate.positive, {
    classes: candidate.classes,
    testFraction: split.testFraction,
    content: media !== undefined,
    rating: ratings !== undefined,
  });
  const ledger = formulation.ledger.map((entry) => {
    if (content !== undefined && texts === undefined && split.kind === 'group' && entry.column === split.column)
      return { ...entry, kept: true, reason: `it says which ${CONTENT[content].things} belong together` };
    const unseen = entities.some((entity) => entity.column === entry.column && entity.role === 'unseen') && entry.column !== split.column;
    return unseen && entry.kept ? { ...entry, kept: false, reason: 'it names one that is new at use time, and nothing else' } : entry;
  });
  const inputs = ledger.filter((entry) => entry.kept).map((entry) => entry.column);
  const kept = table.columns.filter((column) => inputs.includes(column.name));
  const isContent = (column: TableProfile['columns'][number]): boolean =>
    media !== undefined ? column.name === media.column : texts === undefined ? isText(column) : column.name === texts.one || column.name === texts.other;
  const name = targetName(target.name, table);
  // A task about a time to an event is named after the event.
  const label = candidate.event?.name ?? name;
  const contamination = contaminationOf(dataset, profile);
  // The title of a dataset that everybody knows would give its name away.
  const about = contamination.level === 'well_known' ? undefined : dataset.source.title.replace(/\s*\([^)]*\)/g, '');
  const followed = followedOf(table);
  const present = followed === undefined ? undefined : presentOf(followed, target.name);
  const question = {
    table,
    target,
    objective: candidate.objective,
    positive: candidate.positive,
    event: candidate.event,
    content,
    classes: candidate.classes.length,
    classNames: candidate.classes,
    kinds: candidate.objective === 'tags' && marksEntities(candidate.classes) ? kindsOf(candidate.classes) : [],
    inputs: kept.filter((column) => column.name !== split.column).map((column) => column.name),
    beside: content === undefined ? [] : kept.filter((column) => !isContent(column)).map((column) => column.name),
    source: dataset.source.title,
    about,
  };
  const asked = followed === undefined || present === undefined ? questionOf(question) : aheadQuestion({ followed, target, present, about });
  return {
    id: taskId(dataset.id, input.tables > 1 ? `${followed === undefined ? table.name : table.name.replace(/ ahead$/, '')} ${label}` : label),
    datasetId: dataset.id,
    ...asked,
    ...(input.told === undefined ? {} : wordsOf(input.told)),
    modality: ratings !== undefined ? 'ranking' : logOf(table) !== undefined ? 'log' : content === undefined ? 'tabular' : CONTENT[content].modality,
    objective: candidate.objective,
    table: table.name,
    reader: table.reader,
    target: {
      column: target.name,
      name,
      description: target.description ?? '',
      classes: [...candidate.classes],
      ...(candidate.positive === undefined ? {} : { positive: candidate.positive }),
      dropped: [...candidate.dropped],
      ...(candidate.event === undefined ? {} : { event: candidate.event.name }),
      ...(candidate.column.parts === undefined ? {} : { separator: candidate.column.parts.separator }),
    },
    inputs,
    textInputs: kept
      .filter(
        (column) =>
          (texts === undefined ? isText(column) || isShortText(column) : column.name === texts.one || column.name === texts.other) ||
          (logOf(table) !== undefined && LOG_TEXTS.has(column.name)),
      )
      .map((column) => column.name),
    media: media === undefined ? [] : [media],
    ...(ratings === undefined ? {} : { ratings }),
    ...(pair === undefined ? {} : { pair: { one: pair.one, other: pair.other, apart: pair.apart } }),
    ...(followed === undefined || present === undefined ? {} : { ahead: { present, span: followed.span } }),
    ledger,
    entities,
    metric,
    split,
    risks: [...risksOf(formulation, measured), ...pairRisks(texts), ...(input.told === undefined ? [] : [plainLine(input.told.attack)])],
    skills: skillsOf(formulation, kept, split.kind),
    contamination,
    columnNotes: Object.fromEntries(table.columns.flatMap((column) => (column.description === undefined ? [] : [[column.name, column.description]]))),
  };
}

/** What a model says of a question: words, and things that are new when it is asked. */
export interface Told extends Pick<Proposal, 'title' | 'question' | 'user' | 'decision' | 'momentOfPrediction'> {
  readonly unseen: readonly string[];
  readonly attack: string;
}

/** Values that a thing which comes back must have, so that some can be held out. */
const LEAST_THINGS = 5;
/** Longest sentence of a model that goes into a task. */
const LONGEST = 400;

function wordsOf({
  title,
  question,
  user,
  decision,
  momentOfPrediction,
}: Told): Pick<Proposal, 'title' | 'question' | 'user' | 'decision' | 'momentOfPrediction'> {
  return {
    title: plainLine(title),
    question: plainLine(question),
    user: plainLine(user),
    decision: plainLine(decision),
    momentOfPrediction: plainLine(momentOfPrediction),
  };
}

/** A sentence on one line, bounded: what a model writes goes into texts that others read. */
function plainLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}

function withUnseen(table: TableProfile, entities: Proposal['entities'], unseen: readonly string[]): Proposal['entities'] {
  const things = table.columns.filter((column) => unseen.includes(column.name) && column.distinct >= LEAST_THINGS && (column.rowsPerValue?.max ?? 1) > 1);
  const names = new Set(things.map((column) => column.name));
  return [
    ...entities.filter((entity) => !names.has(entity.column)),
    ...things.map((column) => ({
      column: column.name,
      role: 'unseen' as const,
      evidence: 'the Brainstormer says that it names what is new when the question is asked',
    })),
  ];
}

/** Columns that a package gives a meaning of its own. */
const RESERVED = new Set(['id', 'usage', 'event', 'series', 'scale']);

/** The target's column in the package. */
export function targetName(column: string, table: TableProfile): string {
  if (table.reader.format === 'csv' && !table.reader.header) return 'label';
  const name = column
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return name === '' || RESERVED.has(name.toLowerCase()) ? 'target' : name;
}

function risksOf({ ledger, candidate, content }: Formulation, measured: TargetScreening | undefined): string[] {
  const risks = ledger
    .filter((entry) => entry.kept && entry.availability === 'unknown')
    .map(
      (entry) =>
        `${entry.column} may be set after the moment of prediction; without it ${Math.round((own(measured?.unknownCost, entry.column) ?? 0) * 100)} % of the gain is lost`,
    );
  if (content === 'log') risks.push('one log of one system: what is learned here may not hold for another');
  if (candidate.dropped.length > 0) risks.push(`rows of the rare classes ${candidate.dropped.join(', ')} are left out`);
  return risks;
}

/** What may be known of a test pair where its texts could not all be kept apart. */
function pairRisks(pair: PairProfile | undefined): string[] {
  const shared = pair === undefined ? [] : [pair.one, pair.other].filter((name) => !pair.apart.includes(name));
  return shared.length === 0 ? [] : [`texts of ${shared.join(' and ')} come on both sides: nearly all rows hang together by them`];
}

function skillsOf({ candidate, content }: Formulation, inputs: readonly TableProfile['columns'][number][], split: string): string[] {
  const skills = [content === undefined ? 'feature engineering' : content === 'pair' ? 'comparison of texts' : `${content} features`];
  if (inputs.some((column) => column.type === 'categorical' && column.distinct > 20)) skills.push('encoding of categories with many levels');
  if (inputs.some((column) => column.missing > 0.01 * column.rows)) skills.push('missing values');
  if (candidate.objective === 'multiclass' || candidate.objective === 'binary') skills.push('unequal classes');
  if (candidate.objective === 'survival') skills.push('censored times');
  if (candidate.objective === 'ordinal') skills.push('ordered levels');
  if (candidate.objective === 'tags') skills.push('labelling of sequences');
  if (candidate.objective === 'multilabel') skills.push('several labels a row', 'thresholds');
  if (split === 'group') skills.push('validation by group');
  if (split === 'temporal') skills.push('validation in time');
  return skills;
}

/** Whether solvers may have met the data before. */
export function contaminationOf(dataset: Dataset, profile: Profile): Proposal['contamination'] {
  const known = WELL_KNOWN.exec(words(`${dataset.id} ${dataset.source.title}`)) ?? WELL_KNOWN.exec(`${dataset.source.origin ?? ''} ${profile.documentation}`);
  if (known !== null) return { level: 'well_known', evidence: `"${known[0]}" is in textbooks and tutorials` };
  return dataset.source.origin === undefined
    ? { level: 'private', evidence: 'no public origin is stated' }
    : { level: 'public', evidence: `published at ${dataset.source.origin}` };
}

/** What each recurring thing is to the task: known to raters and series, told by the pieces of a file's name, or as it was measured. */
function rolesOf(
  table: TableProfile,
  things: readonly ColumnProfile[],
  ratings: Ratings | undefined,
  measured: TargetScreening | undefined,
): Proposal['entities'] {
  const followed = followedOf(table);
  if (followed !== undefined) return followedRoles(followed);
  if (ratings !== undefined) return knownRoles(things, ratings);
  if (mediaOf(table) !== undefined) return partRoles(things);
  if (table.series !== undefined) return seriesRoles(things, table.series.keys);
  const roles = entityRoles(things, (name) => own(measured?.entities, name), measured?.trivial ?? 0, measured?.best ?? 0);
  return withTwins(roles, measured?.twins ?? {});
}
