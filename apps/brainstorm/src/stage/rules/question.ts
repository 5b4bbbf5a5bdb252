import type { ColumnProfile, Objective, Series, TableProfile } from '@mle-smith/contracts';
import { CONTENT, logOf, type Content } from './content.ts';
import { ANIMAL, words } from './cues.ts';
import { logQuestion } from './log-question.ts';
import { ITEM, USER } from './ratings.ts';

/** Who wants to know, for which decision, at which moment; keyed by what the target is about. */
interface Purpose {
  readonly pattern: RegExp;
  readonly user: string;
  readonly decision: string;
  readonly moment: string;
}

const PURPOSES: readonly Purpose[] = [
  {
    pattern: /^pair\b.*\b(duplicates?|paraphrases?|same|equivalent)\b/,
    user: 'those who keep a collection of questions, reports or records',
    decision: 'which entries to merge and to answer once',
    moment: 'when both texts are written and nobody has compared them',
  },
  {
    pattern: /^pair\b.*\b(entail\w*|contradict\w*|stance|supports?|refutes?)\b/,
    user: 'those who check what is said against what is written',
    decision: 'which statements follow from a text, which are against it and which it leaves open',
    moment: 'when both texts are written and nobody has compared them',
  },
  {
    pattern: /^pair\b.*\b(similar\w*|related\w*|relevan\w*|match\w*|score|rating)\b/,
    user: 'those who search texts by what they mean',
    decision: 'which of many texts to show first beside a given one',
    moment: 'when both texts are written and nobody has compared them',
  },
  {
    pattern: /^tags\b.*\b(commands?|utterances?|slots?|voice assistants?|chat ?bots?)\b/,
    user: 'an assistant that does what it is told to',
    decision: 'which words of a command to act on, and as what',
    moment: 'when the command has been spoken or typed and nobody has marked anything in it',
  },
  {
    pattern: /^tags\b/,
    user: 'those who search, link and count texts by what they name',
    decision: 'which words of a text to link, to index or to hold back',
    moment: 'when the sentence has been written and nobody has marked anything in it',
  },
  {
    pattern: /\b(churn\w*|attrition|exited)\b/,
    user: 'those who want to keep whom they have',
    decision: 'whom to approach before they leave',
    moment: 'while everybody is still there, before anybody has left',
  },
  {
    pattern: /\b(price|rent)\b/,
    user: 'those who ask for a price or a rent and those who pay it',
    decision: 'what to ask or to offer',
    moment: 'before anything is agreed',
  },
  {
    pattern: /\b(salary|wage)\b/,
    user: 'a negotiator on either side of a contract',
    decision: 'what pay to ask for or to offer',
    moment: 'before the contract is signed',
  },
  {
    pattern: /\b(mpg|consumption|economy|emission\w*|co2|efficiency)\b/,
    user: 'a regulator and a maker',
    decision: 'whether a design meets its target before it is built and measured',
    moment: 'when the specification is on paper, before the test bench',
  },
  {
    pattern: /\b(death|died|mortality|stroke|disease|diabetes|cancer|diagnosis|readmitted)\b/,
    user: 'those who plan care and those who study risk',
    decision: 'who needs attention first',
    moment: 'when a case is recorded, before its outcome is known',
  },
  {
    pattern: /^(speaker|singer|narrator|caller)\b/,
    user: 'those who index recordings by who is heard',
    decision: 'which of the people that are known a recording is put down to',
    moment: 'when a recording has arrived and nobody has said who is heard',
  },
  {
    pattern: /\bgenre\b/,
    user: 'whoever keeps a catalogue',
    decision: 'on which shelf to put a new entry',
    moment: 'when an entry arrives with its plain facts and nobody has listened, read or watched',
  },
  {
    pattern: /\bwind\b.*\b(storms?|hurricanes?|cyclones?)\b|\b(storms?|hurricanes?|cyclones?)\b.*\bwind\b/,
    user: 'those who reconstruct and warn of storms',
    decision: 'how strong the wind was or is where nothing measured it',
    moment: 'when position, date and pressure are known and no aircraft or station has measured the wind',
  },
  {
    pattern: /\b(spam|toxic|hate|fraud\w*)\b/,
    user: 'the operator of a filter',
    decision: 'what to hold back',
    moment: 'when an item arrives, before anybody has looked at it',
  },
  {
    pattern: /\b(attendance|visitors|demand|sales|revenue|box office|visits|bikes)\b/,
    user: 'a planner of staff and stock',
    decision: 'how much to provide',
    moment: 'before the period begins',
  },
  {
    pattern: /\b(ratings?|stars)\b/,
    user: 'those who recommend and those who improve',
    decision: 'what to recommend and what to look into',
    moment: 'before the rating is given',
  },
  {
    pattern: ANIMAL,
    user: 'a field or laboratory worker',
    decision: 'which specimens need the slow or costly measurement',
    moment: 'when the quick measurements are taken, before the costly one',
  },
];

/** The first inputs by name, and how many more there are. */
function inputList(inputs: readonly string[]): string {
  const shown = inputs.slice(0, 4).map((name) => words(name));
  const more = inputs.length - shown.length;
  return inWords(more > 0 ? [...shown, `${more} other column${more === 1 ? '' : 's'}`] : shown);
}

/** a, b and c. */
function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** What the target is in the words of its documentation, as a sentence; nothing where they repeat its name. */
function meaningOf(subject: string, { name, description }: ColumnProfile): string {
  if (description === undefined || words(description.replace(/\.$/, '')) === words(name)) return '';
  return ` What ${subject} is: ${description.replace(/[.\s]+$/, '')}.`;
}

/** More kinds of entities than this are counted, not listed. */
const MOST_LISTED = 12;

/** a, b or c. */
function listed(names: readonly string[]): string {
  if (names.length > MOST_LISTED) return `something of ${names.length} kinds, and of which one`;
  return names.map((name, place) => `${place === 0 ? '' : place === names.length - 1 ? ' or ' : ', '}a ${words(name)}`).join('');
}

/** What is asked of a subject, by objective. */
const ASKED: Record<Objective, (subject: string, about: { positive: string | undefined; event: string; classes: number; kinds: readonly string[] }) => string> =
  {
    binary: (subject, { positive }) => (positive === undefined ? `whether ${subject} holds` : `whether ${subject} is "${positive}"`),
    multiclass: (subject, { classes }) => `which of ${classes} values ${subject} takes`,
    ordinal: (subject) => `the level of ${subject}`,
    count: (subject) => `the ${/\b(count|number)\b/.test(subject) ? '' : 'count '}${subject}`,
    survival: (_subject, { event }) => `how late "${event}" comes, where of some records it is only known that it had not come when they were last seen`,
    regression: valueOf,
    ranking: (subject) => `which ${subject} are relevant`,
    forecast: valueOf,
    multilabel: (subject, { classes }) =>
      (subject === 'labels' ? `which of ${classes} labels hold` : `which of ${classes} labels ${subject} has`) + ', any number of them',
    tags: (_subject, { kinds }) => (kinds.length === 0 ? 'the tag of every token' : `which tokens name ${listed(kinds)}, as the tag of every token`),
  };

function valueOf(subject: string): string {
  return `the value of ${subject}`;
}

/** How the title of a question starts; else with "Estimating". */
const TITLES: Partial<Record<Objective, string>> = {
  binary: 'Predicting',
  multiclass: 'Classifying',
  survival: 'Ranking by',
  tags: 'Finding',
  multilabel: 'Giving',
};

/** What happens: the name of the column, or its value where the name says nothing. */
function eventName(event: ColumnProfile, positive: string | undefined): string {
  const name = words(event.name);
  return /^(status|event|cens\w*|delta)$/.test(name) && positive !== undefined && !/^(\d|true|yes|y)/i.test(positive) ? positive : name;
}

/** The question of a formulation in words: from the documentation where it says something, else from the names. */
export function questionOf(input: {
  table: TableProfile;
  target: ColumnProfile;
  objective: Objective;
  positive: string | undefined;
  /** Survival: whether the event was seen. */
  event?: ColumnProfile | undefined;
  content: Content | undefined;
  /** How many classes are kept. */
  classes: number;
  /** Their names. */
  classNames: readonly string[];
  /** Of tags that mark entities: their kinds. */
  kinds: readonly string[];
  inputs: readonly string[];
  /** Inputs beside the content, of which the question is about. */
  beside: readonly string[];
  /** The title of the dataset, and what may be told of it. */
  source: string;
  about: string | undefined;
}): { title: string; question: string; user: string; decision: string; momentOfPrediction: string } {
  const { target, objective, positive } = input;
  const log = logOf(input.table);
  if (log !== undefined) return logQuestion(log, target, input.about);
  const name = words(target.name);
  const subject =
    input.table.reader.format === 'csv' && !input.table.reader.header ? 'the label' : /^(y|target|label|class)$/.test(name) ? `the outcome "${name}"` : name;
  const event = input.event === undefined ? '' : eventName(input.event, positive);
  const pair = input.content === 'pair' ? input.table.pair : undefined;
  // What tags are for is not in their name: a column of them is called that.
  const said = `${(target.description ?? '').toLowerCase()} ${objective === 'tags' ? input.source.toLowerCase() : ''}`;
  const purpose = PURPOSES.find((candidate) =>
    candidate.pattern.test(
      `${pair === undefined ? '' : 'pair '}${name} ${event} ${said} ${positive ?? ''}${pair === undefined ? '' : ` ${input.classNames.join(' ')}`}`,
    ),
  );
  const from =
    pair !== undefined
      ? `a pair of texts (${pair.one} and ${pair.other})`
      : input.content === undefined
        ? inputList(input.inputs)
        : input.beside.length === 0
          ? CONTENT[input.content].alone
          : inWords([`the ${CONTENT[input.content].thing}`, ...input.beside.map((column) => words(column))]);
  const data = input.about === undefined ? (input.content === 'text' ? domainOf(input.source) : '') : ` The data: ${input.about}.`;
  return {
    title: `${TITLES[objective] ?? 'Estimating'} ${objective === 'survival' ? `the time to "${event}"` : input.kinds.length > 0 ? `the names of ${input.kinds.length} kinds of entities` : subject}${input.content === undefined ? '' : ` from ${CONTENT[input.content].from}`}`,
    question: `Given ${from}, predict ${ASKED[objective](subject, { positive, event, classes: input.classes, kinds: input.kinds })} for ${pair === undefined ? 'records' : 'pairs'} that were not seen before.${meaningOf(subject, target)}${data}`,
    user: purpose?.user ?? (input.content !== undefined ? CONTENT[input.content].user : 'those who act on a record before its outcome is in'),
    decision: purpose?.decision ?? (input.content !== undefined ? `where each ${CONTENT[input.content].thing} is sent` : 'which records to act on first'),
    momentOfPrediction:
      purpose?.moment ??
      (input.content !== undefined
        ? `when the ${CONTENT[input.content].thing} has arrived and nobody has labelled it`
        : `when the other columns of a record are filled in and ${name} is not known yet`),
  };
}

/** What kind of texts the title of a source speaks of, in words that do not name it. */
const DOMAINS: readonly (readonly [pattern: RegExp, texts: string])[] = [
  [/\b(sms|(text|short) messages?)\b/i, 'short messages that were sent by phone'],
  [/\be-?mails?\b/i, 'e-mails'],
  [/\b(tweets?|twitter)\b/i, 'posts of a social network'],
  [/\breviews?\b/i, 'reviews'],
  [/\b(news|headlines?)\b/i, 'news'],
];

function domainOf(title: string): string {
  const texts = DOMAINS.find(([pattern]) => pattern.test(title))?.[1];
  return texts === undefined ? '' : ` The texts are ${texts}.`;
}

/** The question which items a user will choose in words; `description` is that of the target. */
export function rankingQuestion(input: { user: ColumnProfile | undefined; item: ColumnProfile | undefined; about: string | undefined }): {
  title: string;
  question: string;
  user: string;
  decision: string;
  momentOfPrediction: string;
  description: string;
} {
  const [user, item] = [nounOf(input.user, USER, 'user'), nounOf(input.item, ITEM, 'item')];
  const data = input.about === undefined ? '' : ` The data: ${input.about}.`;
  return {
    title: `Ranking ${item}s for each ${user}`,
    question: `Given some of the ${item}s that each ${user} is recorded with, put others in order for each ${user}, so that those that the ${user} is recorded with too come first.${data}`,
    user: 'those who recommend',
    decision: `which ${item}s to show to a ${user} first`,
    momentOfPrediction: `when some ${item}s of a ${user} are known and the next are to be suggested`,
    description: `whether the ${user} is recorded with the ${item}`,
  };
}

/** What a column names, in one word of its name or else of its documentation. */
function nounOf(column: ColumnProfile | undefined, cue: RegExp, otherwise: string): string {
  const found = cue.exec(words(column?.name ?? '')) ?? cue.exec((column?.description ?? '').toLowerCase());
  return found?.[0].replace(/s$/, '') ?? otherwise;
}

/** The question of a forecast in words. */
export function forecastQuestion(input: {
  target: ColumnProfile;
  series: Series;
  /** How many series there are. */
  count: number;
  about: string | undefined;
}): { title: string; question: string; user: string; decision: string; momentOfPrediction: string } {
  const { target, series, count } = input;
  const name = /^(y|target|value|values)$/.test(words(target.name)) ? `the value "${target.name}"` : words(target.name);
  const purpose = PURPOSES.find(
    (candidate) => candidate.pattern.test(`${words(target.name)} ${(target.description ?? '').toLowerCase()}`) && PLANNING.test(candidate.moment),
  );
  const data = input.about === undefined ? '' : ` The data: ${input.about}.`;
  const whose = series.keys.length === 0 ? '' : ` of each of ${count} series (one for each ${series.keys.map((key) => words(key)).join(' and ')})`;
  return {
    title: `Forecasting ${name}${series.keys.length === 0 ? '' : ` of ${count} series`}, ${series.horizon} instants ahead`,
    question: `Given the ${series.frequency} past, forecast ${name}${whose} at each of the next ${series.horizon} instants.${meaningOf(name, target)}${data}`,
    user: purpose?.user ?? 'those who plan for what is coming',
    decision: purpose?.decision ?? 'how much to provide, and when',
    momentOfPrediction: 'at the last instant of the training data, the forecast origin: what comes later is not known, but for the calendar',
  };
}

/** Purposes that are about a time ahead. */
const PLANNING = /\bperiod begins\b/;
