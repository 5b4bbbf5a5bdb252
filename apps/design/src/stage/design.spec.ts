import type { Finding, Split } from '@mle-smith/contracts';
import { tryDesign, type Sketch } from './testing/try-design.ts';

const SIZES = ['small', 'middle', 'large'];
const KINDS = ['apple', 'pear', 'plum', 'quince'];

/** 320 rows; every eighth row repeats the one before it. */
function orchard(): string {
  const rows = Array.from({ length: 320 }, (_, row) => {
    const number = row % 8 === 7 ? row - 1 : row;
    const mixed = (number * 7919) % 997;
    const day = new Date(Date.UTC(2020, 0, 1 + Math.floor(number / 2))).toISOString().slice(0, 10);
    const kind = number % 160 < 4 ? 'quince' : KINDS[mixed % 3];
    return [
      `farm-${number % 32}`,
      day,
      mixed,
      (mixed * 3) % 101,
      number % 13,
      (mixed % 10) / 10,
      mixed % 3 === 0 ? 'yes' : 'no',
      SIZES[mixed % 3],
      kind,
      mixed % 7,
      mixed / 4,
    ].join(',');
  });
  return `farm,day,soil,rain,age,sun,ripe,size,kind,pests,weight\n${rows.join('\n')}\n`;
}

const INPUTS = ['farm', 'day', 'soil', 'rain', 'age', 'sun'];
const RANDOM: Split = { kind: 'random', testFraction: 0.25, seed: 11, reason: 'rows are independent' };
const STRATIFIED: Split = { ...RANDOM, kind: 'stratified' };

function sketch(objective: Sketch['objective'], column: string, metric: string, changes: Partial<Sketch> = {}): Sketch {
  const classes = { ripe: ['no', 'yes'], size: SIZES, kind: KINDS }[column] ?? [];
  return {
    objective,
    metric,
    inputs: INPUTS,
    split: RANDOM,
    ...changes,
    target: { column, name: column, description: '', classes, dropped: [], ...(objective === 'binary' ? { positive: 'yes' } : {}), ...changes.target },
  };
}

function cells(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

async function tables(tried: Awaited<ReturnType<typeof tryDesign>>): Promise<{ train: string[][]; test: string[][]; answers: string[][]; sample: string[][] }> {
  expect(tried.outcome).toMatchObject({ kind: 'advanced' });
  const [train, test, answers, sample] = await Promise.all(
    ['public/train', 'public/test', 'private/test_answer', 'public/sample_submission'].map(async (name) => cells(await tried.read(`data/${name}.csv`))),
  );
  return { train: train ?? [], test: test ?? [], answers: answers ?? [], sample: sample ?? [] };
}

describe('the design stage', () => {
  it('makes a binary task whose ids agree, whose target is 0 or 1 and whose copies stay on one side', async () => {
    const { train, test, answers, sample } = await tables(
      await tryDesign({ 'orchard.csv': orchard() }, sketch('binary', 'ripe', 'roc_auc', { split: STRATIFIED })),
    );

    expect(train[0]).toEqual(['id', ...INPUTS, 'ripe']);
    expect(test[0]).toEqual(['id', ...INPUTS]);
    expect(train.length + test.length).toBe(322);
    expect(sample.map((row) => row[0])).toEqual(test.map((row) => row[0]));
    expect(answers.map((row) => row[0])).toEqual(test.map((row) => row[0]));
    expect(new Set(answers.slice(1).map((row) => row[1]))).toEqual(new Set(['0', '1']));
    const seen = new Set(train.map((row) => row.slice(1, -1).join()));
    expect(test.slice(1).filter((row) => seen.has(row.slice(1).join()))).toEqual([]);
  });

  it('keeps every farm on one side in a group split', async () => {
    const { train, test } = await tables(
      await tryDesign({ 'orchard.csv': orchard() }, sketch('regression', 'weight', 'rmse', { split: { ...RANDOM, kind: 'group', column: 'farm' } })),
    );

    const farms = new Set(train.slice(1).map((row) => row[1]));
    expect(test.slice(1).filter((row) => farms.has(row[1]))).toEqual([]);
  });

  it('keeps the last days for the test in a temporal split, also where the day is no input', async () => {
    const split: Split = { ...RANDOM, kind: 'temporal', column: 'day' };
    const shown = await tables(await tryDesign({ 'orchard.csv': orchard() }, sketch('count', 'pests', 'mean_poisson_deviance', { split })));
    const hidden = await tables(
      await tryDesign({ 'orchard.csv': orchard() }, sketch('count', 'pests', 'mean_poisson_deviance', { split, inputs: ['soil', 'rain', 'age'] })),
    );

    const latest =
      shown.train
        .slice(1)
        .map((row) => row[2] ?? '')
        .sort()
        .at(-1) ?? '';
    expect(shown.test.slice(1).every((row) => (row[2] ?? '') > latest)).toBe(true);
    expect(hidden.test.length).toBeGreaterThan(50);
  });

  it('cuts between the instants that come nearest to the test share', async () => {
    const [header = '', ...rows] = orchard().trimEnd().split('\n');
    // Of four years the last has too few rows, and with the year before it a third.
    const years = rows.map((row, place) =>
      row.replace(
        /\d{4}-\d\d-\d\d/,
        `${place < 0.4 * rows.length ? 2001 : place < 0.66 * rows.length ? 2002 : place < 0.95 * rows.length ? 2003 : 2004}-01-01`,
      ),
    );
    const split: Split = { ...RANDOM, kind: 'temporal', column: 'day', testFraction: 0.3 };

    const { train, test } = await tables(
      await tryDesign({ 'orchard.csv': `${[header, ...years].join('\n')}\n` }, sketch('count', 'pests', 'mean_poisson_deviance', { split })),
    );

    expect(new Set(train.slice(1).map((row) => (row[2] ?? '').slice(0, 4)))).toEqual(new Set(['2001', '2002']));
    expect(new Set(test.slice(1).map((row) => (row[2] ?? '').slice(0, 4)))).toEqual(new Set(['2003', '2004']));
  });

  it('keeps the last days for the test where the day stands before its month', async () => {
    const [header = '', ...rows] = orchard().trimEnd().split('\n');
    const written = rows.map((row) => row.replace(/(\d{4})-(\d\d)-(\d\d)/, '$3/$2/$1'));
    const split: Split = { ...RANDOM, kind: 'temporal', column: 'day' };

    const { train, test } = await tables(
      await tryDesign({ 'orchard.csv': `${[header, ...written].join('\n')}\n` }, sketch('count', 'pests', 'mean_poisson_deviance', { split })),
    );

    const days = ([, ...held]: string[][]): string[] => held.map((row) => (row[2] ?? '').split('/').reverse().join('-')).sort();
    expect((days(train).at(-1) ?? '') < (days(test)[0] ?? '')).toBe(true);
  });

  it.each(['temporal', 'group'] as const)('takes copies away from the training data of a %s split by a column that is no input', async (kind) => {
    const [first = ''] = orchard().split('\n').slice(1);
    const again = ['farm-99', '2031-01-01', ...first.split(',').slice(2)].join(',');
    const split: Split = { ...RANDOM, kind, column: kind === 'temporal' ? 'day' : 'farm' };
    const inputs = ['soil', 'rain', 'age', 'sun', 'pests'];

    const { train, test } = await tables(
      await tryDesign({ 'orchard.csv': `${orchard()}${again}\n` }, sketch('regression', 'weight', 'rmse', { split, inputs })),
    );

    const seen = new Set(train.map((row) => row.slice(1, -1).join()));
    expect(test.slice(1).filter((row) => seen.has(row.slice(1).join()))).toEqual([]);
  });

  it.each(['stratified', 'group', 'temporal'] as const)('says in words what prepare.py of a %s split asserts', async (kind) => {
    const column = { stratified: undefined, group: 'farm', temporal: 'day' }[kind];
    const split: Split = { ...RANDOM, kind, ...(column === undefined ? {} : { column }) };

    const tried = await tryDesign({ 'orchard.csv': orchard() }, sketch('binary', 'ripe', 'roc_auc', { split }));
    const asserted = (await tried.read('utils/prepare.py')).split('\n').filter((line) => line.trim().startsWith('assert '));

    expect(asserted.length).toBeGreaterThan(2);
    expect(asserted.filter((line) => !/, f?"[^"]+"$/.test(line))).toEqual([]);
  });

  it('counts the levels of an ordinal target from low to high', async () => {
    const tried = await tryDesign({ 'orchard.csv': orchard() }, sketch('ordinal', 'size', 'quadratic_weighted_kappa', { split: STRATIFIED }));

    const { answers } = await tables(tried);
    expect(new Set(answers.slice(1).map((row) => row[1]))).toEqual(new Set(['0', '1', '2']));
    expect(await tried.read('description.txt')).toContain('0 = small');
  });

  it('leaves out rare classes when a finding asks for it, and says so in the lineage', async () => {
    const first = await tryDesign({ 'orchard.csv': orchard() }, sketch('multiclass', 'kind', 'macro_f1'));
    const finding: Finding = {
      rule: 'S17',
      severity: 'block',
      message: 'quince has 2 test rows',
      evidence: {},
      owner: 'designer',
      repair: { action: 'merge_rare_classes', columns: ['quince'] },
    };

    const second = await first.again([finding]);

    const { train, test } = await tables(second);
    expect(train.concat(test).flat()).not.toContain('quince');
    expect(JSON.parse(await second.read('design.json'))).toMatchObject({
      target: { classes: ['apple', 'pear', 'plum'] },
      lineage: { generation: 2, repairs: [{ generation: 2, rules: ['S17'] }] },
    });
  });

  it('leaves out the sentences that hold a rare tag when a finding asks for it', async () => {
    const kinds = ['B-place', 'B-person', 'O'];
    const sentences = Array.from({ length: 240 }, (_, row) => `tok${row} ${row === 7 ? 'B-ship' : kinds[row % 3]}\nwent O\nhome${row % 5} O`);
    const tags = { column: 'tags', name: 'tags', description: '', classes: ['B-person', 'B-place', 'B-ship', 'O'], dropped: [] };
    const first = await tryDesign(
      { 'notes.conll': `${sentences.join('\n\n')}\n` },
      sketch('tags', 'tags', 'span_f1', { inputs: ['tokens'], textInputs: ['tokens'], target: tags }),
    );

    const second = await first.again([
      {
        rule: 'S17',
        severity: 'block',
        message: 'none in train',
        evidence: {},
        owner: 'designer',
        repair: { action: 'merge_rare_classes', columns: ['B-ship'] },
      },
    ]);

    const count = ({ train, test }: Awaited<ReturnType<typeof tables>>): number => train.length + test.length - 2;
    const [before, after] = [await tables(first), await tables(second)];
    expect([count(before), count(after)]).toEqual([240, 239]);
    expect(after.train.concat(after.answers).flat().join(' ')).not.toContain('B-ship');
  });

  it('ends the task where a finding allows no repair', async () => {
    const first = await tryDesign({ 'orchard.csv': orchard() }, sketch('binary', 'ripe', 'roc_auc'));

    const second = await first.again([
      { rule: 'S20', severity: 'block', message: 'too noisy', evidence: {}, owner: 'none', repair: { action: 'none', columns: [] } },
    ]);

    expect(second.outcome).toMatchObject({ kind: 'ended', code: 'defective' });
  });

  it('gives byte-identical designs twice', async () => {
    const wanted = sketch('binary', 'ripe', 'log_loss', { split: STRATIFIED });

    const [one, other] = [await tryDesign({ 'orchard.csv': orchard() }, wanted), await tryDesign({ 'orchard.csv': orchard() }, wanted)];

    expect(other.outcome).toEqual(one.outcome);
  });

  it('derives a label from an expression and takes its sources out of the inputs', async () => {
    const target = {
      column: 'heavy',
      name: 'heavy',
      description: '',
      classes: ['False', 'True'],
      positive: 'True',
      dropped: [],
      derivation: { expression: 'table["weight"] > 120', sources: ['weight'], reason: 'the market calls fruit above 120 heavy' },
    };

    const { train, answers } = await tables(
      await tryDesign({ 'orchard.csv': orchard() }, sketch('binary', 'heavy', 'roc_auc', { inputs: [...INPUTS, 'weight'], target })),
    );

    expect(train[0]).not.toContain('weight');
    expect(new Set(answers.slice(1).map((row) => row[1]))).toEqual(new Set(['0', '1']));
  });
});
