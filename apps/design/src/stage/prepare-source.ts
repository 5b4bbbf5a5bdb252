import { READS_AS_MISSING } from '@mle-smith/contracts';
import { forecastFunctions } from './forecast-source.ts';
import { microConstants, microLines } from './micro-source.ts';
import { EVENT, cleanLabel, type Plan } from './plan.ts';
import { plainText, python } from './python.ts';
import { rankingSource } from './ranking-source.ts';
import { readerSource, type ReaderModules } from './reader-source.ts';
import { splitSource } from './split-source.ts';

/** prepare.py of a task: self-contained, deterministic, and readable by a stranger. */
export function prepareSource(plan: Plan, modules: ReaderModules): string {
  const { proposal } = plan;
  const split = splitSource(plan);
  const reader = readerSource(proposal, modules, split.calendar);
  const archives = proposal.reader.archives ?? [];
  const renamed = plan.inputs.filter((input) => input.raw !== input.name);
  const event = proposal.target.event;
  const forecast = proposal.series !== undefined;
  const ranking = rankingSource(plan);
  const constants = [
    '# How the raw files are read.',
    ...reader.constants,
    ...(archives.length === 0 ? [] : [`ARCHIVES = ${python(archives)}`]),
    '',
    `TARGET = ${python(proposal.target.name)}`,
    'ID = "id"',
    ...(event === undefined
      ? []
      : [
          '# 1 where the target is the time of the event, 0 where it had not happened by then.',
          `EVENT = ${python(EVENT)}`,
          `SEEN = ${python(cleanLabel(proposal.target.positive ?? '1'))}`,
        ]),
    `SEED = ${proposal.split.seed % 2 ** 31}`,
    `TEST_SHARE = ${proposal.split.testFraction}`,
    ...microConstants(plan),
    ...(ranking?.constants ?? []),
    ...split.constants,
    ...(plan.dropped.length === 0
      ? []
      : [
          '# Columns that are left out, and why.',
          'DROPPED = {',
          ...plan.dropped.map(({ column, reason }) => `    ${python(column)}: ${python(plainText(reason))},`),
          '}',
        ]),
    ...(renamed.length === 0 ? [] : [`RENAMED = {${renamed.map(({ raw, name }) => `${python(raw)}: ${python(name)}`).join(', ')}}`]),
    ...(ranking === undefined ? labelConstants(plan) : []),
  ];
  const own = proposal.target.derivation === undefined && ranking === undefined ? [proposal.target.column] : [];
  const gone = [...(own.length === 0 ? [] : [python(own)]), ...(plan.dropped.length === 0 ? [] : ['list(DROPPED)'])].join(' + ');
  const answers = ['ID', 'TARGET', ...(event === undefined ? [] : ['EVENT'])].join(', ');
  return [
    '"""Builds the public and private files of the task from the raw files."""',
    ...[
      ...new Set([
        ...reader.imports,
        ...(archives.length === 0 ? [] : ['from tempfile import TemporaryDirectory']),
        'from pathlib import Path',
        ...split.standard,
      ]),
    ].sort(byKind),
    '',
    ...(ranking === undefined ? [] : ['import numpy as np']),
    'import pandas as pd',
    ...split.imports,
    '',
    ...constants,
    '',
    ...[...reader.functions, ...(forecast ? forecastFunctions(plan) : []), ...(ranking?.functions ?? [])].flatMap((code) => ['', code, '']),
    '',
    'def read(raw: Path) -> pd.DataFrame:',
    '    """The raw table, one example a row."""',
    `    return ${reader.read}`,
    '',
    '',
    `def ${archives.length === 0 ? 'prepare' : 'build'}(raw: Path, public: Path, private: Path) -> None:`,
    '    table = read(raw)',
    ...(ranking?.target ?? targetLines(plan)),
    ...(event === undefined
      ? []
      : [`    event = table[${python(event)}].dropna().astype(str).str.strip().str.removesuffix(".0")`, '    target = target[event.index]']),
    `    table = table.drop(columns=${gone === '' ? '[]' : gone})${renamed.length === 0 ? '' : '.rename(columns=RENAMED)'}`,
    '    table[TARGET] = target',
    ...(event === undefined ? [] : ['    table[EVENT] = event == SEEN']),

    '    # A row without a label can neither teach nor test.',
    '    table = table[table[TARGET].notna()].reset_index(drop=True)',
    ...castLines(plan),
    ...(event === undefined ? [] : ['    table[EVENT] = table[EVENT].astype("int64")']),
    '',
    ...split.lines,
    ...(ranking?.others ?? []),
    ...(forecast
      ? ['    # Ids are given after rows were spread out.', '    train, test = spread_out(table[~in_test]), spread_out(table[in_test])']
      : [
          '    # Ids are given after a shuffle, so that neither they nor the order of rows say anything about the target.',
          `    train = table[~in_test].sample(frac=1, random_state=SEED)${proposal.micro === undefined ? '.reset_index(drop=True)' : ''}`,
          '    test = table[in_test].sample(frac=1, random_state=SEED + 1).reset_index(drop=True)',
        ]),
    '    train.insert(0, ID, range(len(train)))',
    '    test.insert(0, ID, range(len(train), len(train) + len(test)))',
    ...microLines(plan),
    '',
    '    public.mkdir(parents=True, exist_ok=True)',
    '    private.mkdir(parents=True, exist_ok=True)',
    ...mediaLines(plan),
    '    train.to_csv(public / "train.csv", index=False, lineterminator="\\n")',
    `    test.drop(columns=${event === undefined ? 'TARGET' : '[TARGET, EVENT]'}).to_csv(public / "test.csv", index=False, lineterminator="\\n")`,
    ...(forecast
      ? [
          '    # What an error is divided by is fixed by the training data.',
          '    answers = test[[ID, TARGET]].assign(series=series_of(test))',
          '    answers = answers.assign(scale=answers["series"].map(scales(train)))',
        ]
      : []),
    `    ${forecast ? 'answers' : `test[[${answers}]]${ranking === undefined ? '' : '.assign(user=test[USER])'}`}.to_csv(private / "test_answer.csv", index=False, lineterminator="\\n")`,
    `    # Legal values that owe nothing to the answers: ${sampleWords(plan)} for every row.`,
    `    constant = ${sampleValue(plan)}`,
    '    test[[ID]].assign(**{TARGET: constant}).to_csv(public / "sample_submission.csv", index=False, lineterminator="\\n")',
    '',
    ...split.checks,
    ...(ranking?.checks ?? []),
    '    assert train[TARGET].notna().all() and test[TARGET].notna().all(), "a row has no target"',
    '    assert set(train[ID]).isdisjoint(test[ID]), "train and test share an id"',
    ...(archives.length === 0
      ? []
      : [
          '',
          '',
          'def prepare(raw: Path, public: Path, private: Path) -> None:',
          '    with TemporaryDirectory() as scratch:',
          '        build(unpacked(raw, ARCHIVES, Path(scratch)), public, private)',
        ]),
    '',
  ].join('\n');
}

/** `import x` before `from x import y`, both by name. */
function byKind(one: string, other: string): number {
  const key = (line: string): string => `${line.startsWith('import') ? 0 : 1}${line}`;
  return key(one) < key(other) ? -1 : 1;
}

/** Copies the files that rows name. */
function mediaLines({ proposal, media }: Plan): string[] {
  if (media.length === 0 || proposal.reader.format !== 'media') return [];
  const { encode, window = null } = proposal.reader;
  const options = (kind: string): string => `encode=${python(encode)}${kind === 'sequence' ? `, window=${python(window)}` : ''}`;
  return [
    '    # Files get the names of their rows, and keep their content and nothing else.',
    '    for side, part in (("train", train), ("test", test)):',
    '        (public / side).mkdir(exist_ok=True)',
    ...media.flatMap(({ name, kind, ending }) => [
      `        copies = [f"{side}/{key}${ending}" for key in part[ID]]`,
      `        for source, copy in zip(part[${python(name)}], copies):`,
      `            neutral_${kind}(raw / source, public / copy, ${options(kind)})`,
      `        part[${python(name)}] = copies`,
    ]),
  ];
}

function labelConstants({ proposal, target, classes }: Plan): string[] {
  const dropped = proposal.target.dropped.map((label) => label.trim().replace(/\.0$/, ''));
  return [
    ...(target === 'binary' ? [`POSITIVE = ${python(cleanLabel(proposal.target.positive ?? '1'))}`] : []),
    ...(target === 'level' ? ['# From low to high; answers hold the position, counted from 0.', `LEVELS = ${python(classes)}`] : []),
    ...(target === 'labels'
      ? [
          '# The labels that are asked for, with no space in any, and the cell of a row that has none of them.',
          `LABELS = ${python(classes)}`,
          'EMPTY = "-"',
          ...(proposal.target.separator === undefined
            ? []
            : ['# What stands between labels in the raw cells.', `SEPARATOR = ${python(proposal.target.separator)}`]),
        ]
      : []),
    ...(target === 'tags' ? ['# Sentences of one token that common tools read as a missing cell.', `UNREADABLE = ${python([...READS_AS_MISSING])}`] : []),
    ...(dropped.length === 0 || target === 'labels'
      ? []
      : [
          target === 'tags'
            ? '# Tags that too few sentences hold to be learned and scored; those sentences are left out.'
            : '# Classes that are left out because they have too few rows to be scored.',
          `RARE = ${python(dropped)}`,
        ]),
  ];
}

function targetLines(plan: Plan): string[] {
  const { proposal, target } = plan;
  const { derivation, column, dropped } = proposal.target;
  const source =
    derivation === undefined
      ? [`    target = table[${python(column)}]`]
      : [`    # ${plainText(derivation.reason)}`, `    target = (${derivation.expression}).where(table[${python(derivation.sources)}].notna().all(axis=1))`];
  if (target === 'tags') {
    return [
      ...source,
      '    target = target.dropna().astype(str).str.split().str.join(" ")',
      ...(dropped.length === 0 ? [] : ['    target = target[target.str.split().map(set(RARE).isdisjoint)]']),
      ...readableLines(plan),
    ];
  }
  if (target === 'labels') {
    return [
      ...source,
      ...(derivation === undefined
        ? ['    parts = target.dropna().astype(str).str.split(SEPARATOR, regex=False)']
        : ['    parts = target.dropna().astype(str).str.split(" ")']),
      '    # Labels with one space between them in the order of their names; a row without any has a sign of its own.',
      '    parts = parts.map(lambda labels: sorted({"_".join(label.split()) for label in labels} & set(LABELS)))',
      '    target = parts.map(lambda labels: " ".join(labels) or EMPTY)',
    ];
  }
  if (target === 'integer' || target === 'float') {
    return [
      ...source,
      ...(dropped.length === 0 ? [] : ['    target = target[~target.astype(str).str.removesuffix(".0").isin(RARE)]']),
      '    target = pd.to_numeric(target, errors="coerce")',
    ];
  }
  return [
    ...source,
    '    target = target.dropna().astype(str).str.strip().str.removesuffix(".0")',
    ...(dropped.length === 0 ? [] : ['    target = target[~target.isin(RARE)]']),
    ...(target === 'binary' ? ['    target = (target == POSITIVE).astype("int64")'] : []),
    ...(target === 'level' ? ['    target = target.map({level: position for position, level in enumerate(LEVELS)})'] : []),
  ];
}

/** Leaves out sentences of one token that common tools read as a missing cell. */
function readableLines({ proposal }: Plan): string[] {
  const [column] = proposal.textInputs;
  return column === undefined ? [] : [`    target = target[~table[${python(column)}].isin(UNREADABLE)]`];
}

function castLines({ target }: Plan): string[] {
  return target === 'label' || target === 'float' || target === 'tags' || target === 'labels' ? [] : ['    table[TARGET] = table[TARGET].astype("int64")'];
}

/** "No entity", or the tag that most sentences have. */
function commonestTag({ table, proposal }: Plan): string {
  const values = table.columns.find((column) => column.name === proposal.target.column)?.parts?.values ?? [];
  return proposal.target.classes.includes('O') ? 'O' : (values[0]?.value ?? proposal.target.classes[0] ?? 'O');
}

function sampleWords(plan: Plan): string {
  const { proposal, target } = plan;
  if (target === 'binary') return 'the share of positives in the training data';
  if (target === 'label') return 'the commonest class of the training data';
  if (target === 'tags') return `the tag ${commonestTag(plan)} for every token`;
  if (target === 'labels') return 'the commonest label of the training data';
  return proposal.objective === 'count' || proposal.metric.name === 'rmse' ? 'the training mean' : 'the training median';
}

function sampleValue(plan: Plan): string {
  const { proposal, target } = plan;
  if (target === 'tags')
    return `test[${python(plan.textInputs[0] ?? '')}].str.count(" ").map(lambda gaps: " ".join([${python(commonestTag(plan))}] * (gaps + 1)))`;
  if (target === 'labels')
    return 'train[TARGET].str.split(" ").explode().value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable").index[0]';
  if (target === 'binary') return 'round(float(train[TARGET].mean()), 4)';
  if (target === 'label') return 'train[TARGET].value_counts(sort=False).sort_index().idxmax()';
  if (proposal.objective === 'ordinal') return 'int(train[TARGET].median())';
  return proposal.objective === 'count' || proposal.metric.name === 'rmse' ? 'float(f"{train[TARGET].mean():.6g}")' : 'float(f"{train[TARGET].median():.6g}")';
}
