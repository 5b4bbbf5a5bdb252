import type { Plan } from './plan.ts';
import { plainText, python } from './python.ts';
import { readerSource } from './reader-source.ts';
import { splitSource } from './split-source.ts';

/** prepare.py of a task: self-contained, deterministic, and readable by a stranger. */
export function prepareSource(plan: Plan): string {
  const { proposal } = plan;
  const reader = readerSource(proposal.reader);
  const split = splitSource(plan);
  const renamed = plan.inputs.filter((input) => input.raw !== input.name);
  const constants = [
    `TARGET = ${python(proposal.target.name)}`,
    'ID = "id"',
    `SEED = ${proposal.split.seed % 2 ** 31}`,
    `TEST_SHARE = ${proposal.split.testFraction}`,
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
    ...labelConstants(plan),
  ];
  const own = proposal.target.derivation === undefined ? [proposal.target.column] : [];
  const gone = [...(own.length === 0 ? [] : [python(own)]), ...(plan.dropped.length === 0 ? [] : ['list(DROPPED)'])].join(' + ');
  return [
    '"""Builds the public and private files of the task from the raw table."""',
    ...reader.imports,
    'from pathlib import Path',
    '',
    'import pandas as pd',
    ...split.imports,
    '',
    ...constants,
    reader.code,
    '',
    'def prepare(raw: Path, public: Path, private: Path) -> None:',
    '    table = read(raw)',
    ...targetLines(plan),
    `    table = table.drop(columns=${gone === '' ? '[]' : gone})${renamed.length === 0 ? '' : '.rename(columns=RENAMED)'}`,
    '    table[TARGET] = target',
    '    # A row without a label can neither teach nor test.',
    '    table = table[table[TARGET].notna()].reset_index(drop=True)',
    ...castLines(plan),
    '',
    ...split.lines,
    '    # Ids are given after a shuffle, so that neither they nor the order of rows say anything about the target.',
    '    train = table[~in_test].sample(frac=1, random_state=SEED).reset_index(drop=True)',
    '    test = table[in_test].sample(frac=1, random_state=SEED + 1).reset_index(drop=True)',
    '    train.insert(0, ID, range(len(train)))',
    '    test.insert(0, ID, range(len(train), len(train) + len(test)))',
    '',
    '    public.mkdir(parents=True, exist_ok=True)',
    '    private.mkdir(parents=True, exist_ok=True)',
    '    train.to_csv(public / "train.csv", index=False, lineterminator="\\n")',
    '    test.drop(columns=TARGET).to_csv(public / "test.csv", index=False, lineterminator="\\n")',
    '    test[[ID, TARGET]].to_csv(private / "test_answer.csv", index=False, lineterminator="\\n")',
    `    # Legal values that owe nothing to the answers: ${sampleWords(plan)} for every row.`,
    `    constant = ${sampleValue(plan)}`,
    '    test[[ID]].assign(**{TARGET: constant}).to_csv(public / "sample_submission.csv", index=False, lineterminator="\\n")',
    '',
    ...split.checks,
    '    assert train[TARGET].notna().all() and test[TARGET].notna().all()',
    '    assert set(train[ID]).isdisjoint(test[ID])',
    '',
  ].join('\n');
}

function labelConstants({ proposal, target, classes }: Plan): string[] {
  const dropped = proposal.target.dropped.map((label) => label.trim().replace(/\.0$/, ''));
  return [
    ...(target === 'binary' ? [`POSITIVE = ${python((proposal.target.positive ?? '1').trim().replace(/\.0$/, ''))}`] : []),
    ...(target === 'level' ? ['# From low to high; answers hold the position, counted from 0.', `LEVELS = ${python(classes)}`] : []),
    ...(dropped.length === 0 ? [] : ['# Classes that are left out because they have too few rows to be scored.', `RARE = ${python(dropped)}`]),
  ];
}

function targetLines({ proposal, target }: Plan): string[] {
  const { derivation, column, dropped } = proposal.target;
  const source =
    derivation === undefined
      ? [`    target = table[${python(column)}]`]
      : [`    # ${plainText(derivation.reason)}`, `    target = (${derivation.expression}).where(table[${python(derivation.sources)}].notna().all(axis=1))`];
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

function castLines({ target }: Plan): string[] {
  return target === 'label' || target === 'float' ? [] : ['    table[TARGET] = table[TARGET].astype("int64")'];
}

function sampleWords({ proposal, target }: Plan): string {
  if (target === 'binary') return 'the share of positives in the training data';
  if (target === 'label') return 'the commonest class of the training data';
  return proposal.objective === 'count' || proposal.metric.name === 'rmse' ? 'the training mean' : 'the training median';
}

function sampleValue({ proposal, target }: Plan): string {
  if (target === 'binary') return 'round(float(train[TARGET].mean()), 4)';
  if (target === 'label') return 'train[TARGET].value_counts(sort=False).sort_index().idxmax()';
  if (proposal.objective === 'ordinal') return 'int(train[TARGET].median())';
  return proposal.objective === 'count' || proposal.metric.name === 'rmse' ? 'float(f"{train[TARGET].mean():.6g}")' : 'float(f"{train[TARGET].median():.6g}")';
}
