import { METRICS, own, type Dataset, type MediaKind, type MetricName, type Proposal } from '@mle-smith/contracts';
import { faultless, type DesignFacts } from '@mle-smith/package';
import type { DesignConfig } from '../config.ts';
import { candidatesSection } from './candidates-text.ts';
import { packageSeries } from './forecast-source.ts';
import { levelsOf } from './metric-cells.ts';
import { EVENT, pairOf, type Plan } from './plan.ts';

/** description.txt: all that a stranger needs, no number that was not computed, and nothing of what strangers wrote that is not seen or does something where it is shown. */
export function descriptionText(plan: Plan, facts: DesignFacts, dataset: Dataset, config: DesignConfig): string {
  const { proposal } = plan;
  const metric = METRICS[proposal.metric.name as MetricName];
  const target = proposal.target.name;
  const header = `id,${target}`;
  const lines = [
    `# ${oneLine(proposal.title)}`,
    '',
    '## The question',
    oneLine(proposal.question),
    `Who asks: ${oneLine(proposal.user)}. What is decided: ${oneLine(proposal.decision)}. The moment of prediction: ${oneLine(proposal.momentOfPrediction)}.`,
    splitSentence(plan),
    '',
    ...seriesSection(plan),
    ...candidatesSection(plan, facts),
    ...pairSection(plan),
    '## Files',
    `- \`train.csv\`: ${facts.trainRows} rows with the target${proposal.target.event === undefined ? '' : ` and \`${EVENT}\``}.`,
    `- \`test.csv\`: ${facts.testRows} rows without ${proposal.target.event === undefined ? 'the target' : 'either'}.`,
    ...plan.media.map(({ name, kind }) => `- \`train/\` and \`test/\`: ${FILES[kind]}, one a row; the column \`${name}\` names them.`),
    '- `sample_submission.csv`: the form of a submission, with one constant value.',
    '',
    '## Columns',
    `Shares, ranges and values are those of the training data.${undocumented(plan, facts)}`,
    '',
    '| column | type | missing | meaning |',
    '|---|---|---|---|',
    '| id | integer | none | identifier of the row; carries no information |',
    ...facts.columns.map((column) => columnLine(plan, column, dataset)),
    ...(proposal.target.event === undefined ? [] : [`| **${EVENT}** | 0 or 1 | only in \`train.csv\` | ${eventMeaning(plan, facts)} |`]),
    `| **${cell(target)}** | ${cell(targetType(plan))} | only in \`train.csv\` | **target**: ${targetMeaning(plan, facts)} |`,
    '',
    ...(plan.dropped.length === 0
      ? []
      : ['Columns of the source that would give the answer away, are not known at the moment of prediction, or carry no information have been taken out.', '']),
    '## Scoring',
    `${metric.title.charAt(0).toUpperCase()}${metric.title.slice(1)} (${metric.name}) over the ${facts.testRows} test rows: ${metric.formula}. **${metric.direction === 'maximize' ? 'Higher' : 'Lower'} is better; ${metric.optimum} is perfect.**${facts.sampleScore === null ? '' : ` The constant of \`sample_submission.csv\` scores about ${facts.sampleScore}.`}`,
    '',
    '## Submission',
    `A CSV file \`submission.csv\` with the header \`${header}\` and exactly one row for each row of \`test.csv\`, in any order. ${valueSentence(plan)}`,
    '',
    `    ${header}`,
    `    ${facts.sample.slice(0, 2).join(',')}`,
    `    ${facts.sample.slice(2, 4).join(',')}`,
    '',
    'A file with missing, extra or repeated ids, other columns, or an empty or illegal value is refused with a message and gets no score.',
    '',
    '## Rules',
    `Use only the files above; there is no network. Time limit ${config.solutionMinutes} minutes, memory limit ${config.solutionMemoryGb} GB, CPU only. Python 3.11 with numpy, pandas, scipy, scikit-learn, lightgbm, statsmodels, python-crfsuite, Pillow, scikit-image, soundfile and pyarrow is installed.`,
    ...(proposal.contamination.level === 'well_known'
      ? []
      : [
          '',
          '## Origin',
          `${[dataset.source.title, dataset.source.origin]
            .filter((part) => part !== undefined && part !== '')
            .map((part) => oneLine(part ?? ''))
            .join('; ')}${dataset.source.licence === undefined ? '' : ` (${oneLine(dataset.source.licence)})`}.`,
        ]),
    '',
  ];
  return faultless(lines.join('\n'));
}

/** What lies in the folders of media. */
const FILES: Record<MediaKind, string> = {
  image: 'pictures',
  audio: 'recordings (WAV)',
  sequence: 'sequences of measurements (CSV, one instant a line)',
  document: 'texts',
};

const FILE: Record<MediaKind, string> = { image: 'picture', audio: 'recording', sequence: 'sequence', document: 'text' };

/** What a series is here, how far ahead is asked, what is known, and what errors are divided by. */
function seriesSection(plan: Plan): string[] {
  if (plan.proposal.series === undefined) return [];
  const { time, keys, season, horizon, frequency, step, block, reason } = packageSeries(plan);
  const target = `\`${plan.proposal.target.name}\``;
  const others = plan.inputs.map(({ name }) => name).filter((name) => name !== time && !keys.includes(name));
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const error = plan.proposal.metric.name === 'rmsse' ? 'root mean squared error' : 'mean absolute error';
  return [
    '## Series',
    keys.length === 0
      ? `All rows are instants of one series, told by \`${time}\` (${frequency}: a step is ${step.size === 1 ? `one ${step.unit}` : `${step.size} ${step.unit}s`}).`
      : `A series is one combination of ${list(keys)}; its instants are told by \`${time}\` (${frequency}: a step is ${step.size === 1 ? `one ${step.unit}` : `${step.size} ${step.unit}s`}). \`train.csv\` holds the past of every series with ${target}, \`test.csv\` its future without.`,
    `Horizon: the last ${horizon} instants of the calendar, all forecast from one origin, the end of the training data${block === undefined ? '' : ` (${horizon / block} windows of ${block})`}. Season: ${season === 1 ? 'none' : `${season} instants`}. Why: ${oneLine(reason)}. Instants that the source lacks are in neither file. Rows of both files are out of order; sort them by ${list([...keys, time])}.`,
    `Known ahead, and so given for the test rows too: ${list([time, ...keys])}${others.length === 0 ? '' : `, and ${list(others)}, which do not change or follow from the calendar`}. Nothing else of the future is known.`,
    `The scale of a series is the ${error} in \`train.csv\` of repeating the value of ${season === 1 ? 'the instant' : `one season (${season} instants)`} before, over all pairs of instants that are both there; where that is 0 or there is no pair, it is the median scale of the other series, and 1 where no series has one. It is computed from \`train.csv\` alone and divides the errors of its series.`,
    '',
  ];
}

/** What a row is, and which of its texts are new. */
function pairSection(plan: Plan): string[] {
  if (plan.proposal.pair === undefined) return [];
  const { one, other, apart } = pairOf(plan, plan.proposal.pair);
  const { kind, column } = plan.proposal.split;
  const group = kind === 'group' ? plan.inputs.find((input) => input.raw === column)?.name : undefined;
  const shared = [one, other].filter((name) => !apart.includes(name));
  return [
    '## Pairs',
    `A row is a pair of two texts, \`${one}\` and \`${other}\`; the target says what the two are to each other, not what one of them is alone.`,
    ...(group === undefined
      ? []
      : [
          apart.length === 2
            ? `The same text may stand in several pairs, on either side of them. \`${group}\` numbers the pairs that share a text, directly or through other pairs (case and punctuation aside); it says nothing else. Validate by it, too.`
            : `\`${group}\` numbers the pairs that have the same \`${apart[0] ?? ''}\` (case and punctuation aside); it says nothing else. Validate by it, too.`,
        ]),
    apart.length === 2
      ? 'No text of a test row stands in `train.csv`.'
      : `${apart.length === 0 ? '' : `No \`${apart[0] ?? ''}\` of a test row stands in \`train.csv\`; `}texts of ${shared.map((name) => `\`${name}\``).join(' and ')} may stand in both files.`,
    '',
  ];
}

function splitSentence({ proposal, inputs }: Plan): string {
  const { kind, column } = proposal.split;
  const shown = inputs.some((input) => input.raw === column) ? `\`${column}\`` : `"${column}" (not among the columns)`;
  if (proposal.objective === 'ranking')
    return 'Of the pairs of the source some were drawn at random for the test; every user and every item of the test rows has pairs of the source among the training rows.';
  if (proposal.ratings !== undefined && kind === 'random')
    return 'Training and test rows were drawn at random from the same ratings; every user and every item of the test rows has ratings in the training rows.';
  if (proposal.reader.format === 'ahead') return aheadSentence(proposal.reader);
  if (proposal.series !== undefined) return `Every test row is later in time (${shown}) than every training row.`;
  if (kind === 'group') return `Rows of one ${shown} are either all in the training data or all in the test data, so that recognising it does not help.`;
  if (kind === 'temporal') return `The test rows are later in time (${shown}) than every training row.`;
  return `Training and test rows were drawn at random from the same source${kind === 'stratified' ? `, with equal shares of ${proposal.target.event === undefined ? 'each class' : 'events'}` : ''}; rows with the same inputs are kept on one side where that can be told.`;
}

/** Which rows there are where things are followed through time. */
function aheadSentence({ keys, span, subject, step }: Extract<Proposal['reader'], { format: 'ahead' }>): string {
  const whose = keys.map((key) => `"${key}"`).join(' and ');
  return `What the source follows through time (told by ${whose} and numbered by \`${subject}\`${step.unit === 'month' ? '' : '; a name that comes again after a long time is given to something new'}) is either in the training data or in the test data. \`train.csv\` holds all its instants that are followed by a record exactly ${span} later; \`test.csv\` holds one of them, drawn at random, since a later one would give the answer away.`;
}

function columnLine(plan: Plan, column: DesignFacts['columns'][number], dataset: Dataset): string {
  const raw = plan.inputs.find((input) => input.name === column.name)?.raw ?? column.name;
  const profile = plan.table.columns.find((candidate) => candidate.name === raw);
  const text = plan.textInputs.includes(column.name);
  const note = own(plan.proposal.columnNotes, raw) ?? profile?.description;
  const hidden = plan.proposal.contamination.level === 'well_known' && note !== undefined && note.toLowerCase().includes(dataset.source.title.toLowerCase());
  const media = plan.media.find((candidate) => candidate.name === column.name);
  if (media !== undefined)
    return `| ${cell(column.name)} | file | none | the ${FILE[media.kind]} of the row, for example \`${cell(column.values?.[0] ?? '')}\`; ${cell(column.note ?? '')} |`;
  const meaning = (hidden ? undefined : telling(note, column.name)) ?? sideOf(plan.proposal.pair, raw) ?? (text ? 'the text of the row' : 'not stated');
  const missing = column.missing === 0 ? 'none' : column.missing < 0.01 ? 'under 1 %' : `${Math.round(column.missing * 100)} %`;
  const type = text && plan.target === 'tags' ? 'tokens' : text ? 'free text' : profile?.type === 'datetime' ? 'date or time' : column.type;
  return `| ${cell(column.name)} | ${type} | ${missing} | ${cell(clip(meaning)).replace(/[.;,]+$/, '')}${text ? (plan.target === 'tags' ? '; the tokens of one sentence with one space between them' : '') : content(column)} |`;
}

/** The note on a column, where it says more than its name does. */
function telling(note: string | undefined, name: string): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return note === undefined || plain(note) === '' || plain(note) === plain(name) ? undefined : note;
}

/** Which text of a pair a column holds. */
function sideOf(pair: Proposal['pair'], raw: string): string | undefined {
  return pair?.one === raw ? 'the first text of the pair' : pair?.other === raw ? 'the second text of the pair' : undefined;
}

/** Says so once where the source leaves most columns to their names. */
function undocumented({ proposal, table, inputs, media }: Plan, facts: DesignFacts): string {
  const silent = inputs.filter(
    ({ raw, name }) =>
      !media.some((file) => file.name === name) &&
      sideOf(proposal.pair, raw) === undefined &&
      telling(own(proposal.columnNotes, raw) ?? table.columns.find((candidate) => candidate.name === raw)?.description, name) === undefined,
  );
  const unnamed = proposal.reader.format === 'csv' && !proposal.reader.header;
  return `${silent.length > facts.columns.length / 2 ? ' The source says nothing about most columns beyond their names.' : ''}${unnamed ? ' The file of the source has no header: the names of the columns were given here.' : ''}`;
}

function content(column: DesignFacts['columns'][number]): string {
  if (column.min !== undefined && column.min !== null && column.max !== undefined && column.max !== null) return `; ${column.min} to ${column.max}`;
  const values = column.values ?? [];
  if (values.length === 0) return '';
  return `; ${column.complete === true ? 'one of' : `${column.distinct} values, for example`} ${values
    .slice(0, column.complete === true ? 8 : 3)
    .map((value) => `\`${cell(value).replace(/`/g, "'")}\``)
    .join(', ')}`;
}

function targetType({ proposal, target }: Plan): string {
  if (target === 'binary') return '0 or 1';
  if (target === 'label') return 'class label';
  if (target === 'tags') return 'tags';
  if (target === 'labels') return 'labels';
  if (proposal.objective === 'ordinal') return 'integer level';
  return target === 'integer' ? 'integer' : 'number';
}

function targetMeaning(plan: Plan, facts: DesignFacts): string {
  const { proposal } = plan;
  const words = (telling(proposal.target.description, proposal.target.name) ?? 'what is asked for').replace(/[.;,:\s]+$/, '');
  const derived = proposal.target.derivation === undefined ? '' : `; ${proposal.target.derivation.reason}`;
  const described = cell(clip(`${words}${derived}`));
  const share = (label: string): string => `${(100 * (own(facts.target.shares, label) ?? 0)).toFixed(1).replace(/\.0$/, '')} %`;
  if (proposal.objective === 'ranking') return `${described}; 1 for the pairs of the source (${share('1')} of the training rows), 0 for the others`;
  if (plan.target === 'binary')
    return `${described}; 1 stands for "${cell(proposal.target.positive ?? '1')}" (${share('1')} of the training rows), 0 for ${otherValue(plan)}`;
  if (plan.target === 'label') return `${described}; classes ${plan.classes.map((label) => `${cell(label)} (${share(label)})`).join(', ')}`;
  if (plan.target === 'tags')
    return `${described}; one tag for each token of \`${plan.textInputs[0] ?? ''}\`, in their order, with one space between tags; ${plan.classes.map((tag) => `${cell(tag)} (${share(tag)})`).join(', ')}, shares of the tokens`;
  if (plan.target === 'labels')
    return `${described}; the labels of the row with one space between them, \`-\` where it has none; ${plan.classes.map((label) => `${cell(label)} (${share(label)})`).join(', ')}, shares of the training rows`;
  if (plan.target === 'level')
    return `${described}; levels from low to high: ${plan.classes.map((label, position) => `${position} = ${cell(label)} (${share(String(position))})`).join(', ')}`;
  if (proposal.objective === 'ordinal')
    return `${described}; levels ${levelsOf(plan)
      .map((level) => `${level} (${share(String(level))})`)
      .join(', ')}`;
  return `${described}; ${facts.target.min} to ${facts.target.max}, median ${facts.target.median} in the training data`;
}

/** What a 0 stands for: the other value of a column that has two, else all others. */
function otherValue({ proposal, table }: Plan): string {
  const column = table.columns.find(({ name }) => name === proposal.target.column);
  const others = column?.distinct === 2 ? column.top.filter(({ value }) => value !== proposal.target.positive) : [];
  return others.length === 1 ? `"${cell(others[0]?.value ?? '')}"` : 'everything else';
}

/** What a stranger must know of a time that may be censored. */
function eventMeaning({ proposal }: Plan, facts: DesignFacts): string {
  const { event = '', positive = '1' } = proposal.target;
  const share = facts.target.seen === undefined ? '' : ` (${(100 * facts.target.seen).toFixed(1).replace(/\.0$/, '')} % of the training rows)`;
  const target = cell(proposal.target.name);
  return `1: the event was seen ("${cell(event)}" is "${cell(positive)}"), at the time ${target}${share}; 0: the row is censored: the event had not happened by the time ${target}, when it was last seen, and may have come at any time after`;
}

function valueSentence(plan: Plan): string {
  const metric = METRICS[plan.proposal.metric.name as MetricName];
  const name = `\`${plan.proposal.target.name}\``;
  if (plan.proposal.target.event !== undefined)
    return `${name} is a finite number; higher means that the event comes later (longer survival, lower risk). It need not be a time: only the order of the rows counts.`;
  if (plan.proposal.objective === 'ranking')
    return `${name} is a finite number; higher puts the item further up in the list of the user. It need not be a probability: only the order of the rows of one user counts.`;
  if (metric.prediction === 'probability') return `${name} is the probability, between 0 and 1, that the row is a 1.`;
  if (plan.target === 'label') return `${name} is one of: ${plan.classes.join(', ')}.`;
  if (plan.target === 'tags')
    return `${name} holds exactly as many tags as the row has tokens, in the order of the tokens, with one space between tags and nothing else; each is one of: ${plan.classes.join(', ')}.`;
  if (plan.target === 'labels')
    return `${name} holds any number of labels, each once and in any order, with one space between them; \`-\` stands for none. The labels: ${plan.classes.join(', ')}.`;
  if (metric.prediction === 'label') return `${name} is one of: ${levelsOf(plan).join(', ')}.`;
  return `${name} is a finite number${metric.prediction === 'nonnegative' ? ' that is not negative' : ''}; it need not be whole.`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

function clip(text: string): string {
  const line = oneLine(text);
  return line.length > 300 ? `${line.slice(0, 297).trimEnd()}…` : line;
}

function cell(text: string): string {
  return oneLine(text).replace(/\|/g, '\\|');
}
