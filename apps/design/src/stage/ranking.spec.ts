import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryDesign, type Sketch, type Tried } from './testing/try-design.ts';

const OTHERS = 4;

/** 150 readers with `each` of 90 books each, some of them twice; what is said of a reader or a book stands in each row. */
function loans(each = 8): string {
  const next = seededRandom(41);
  const rows = Array.from({ length: 150 }, (_reader, reader) =>
    Array.from({ length: each }, () => {
      const book = Math.floor(90 * next() ** 2);
      return `r${reader},b${book},${20 + (reader % 50)},shelf ${book % 7},${1 + Math.floor(28 * next())}`;
    }),
  ).flat();
  return `reader,book,age,shelf,day\n${rows.join('\n')}\n`;
}

const RANKING: Sketch = {
  objective: 'ranking',
  metric: 'ndcg_at_10',
  inputs: ['reader', 'book', 'age', 'shelf'],
  ratings: { user: 'reader', item: 'book' },
  candidates: { ofUser: ['age'], ofItem: ['shelf'], others: OTHERS },
  split: { kind: 'random', testFraction: 0.3, seed: 11, reason: 'some choices are held out' },
  target: { column: '', name: 'relevant', description: 'whether the reader took the book', classes: ['0', '1'], dropped: [] },
};

async function rowsOf(tried: Tried, name: string): Promise<Record<string, string>[]> {
  const [header = '', ...lines] = (await tried.read(`data/${name}.csv`)).trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, place) => [names[place] ?? '', cell])));
}

function counted(rows: readonly Record<string, string>[], key: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const row of rows) found[row[key] ?? ''] = (found[row[key] ?? ''] ?? 0) + 1;
  return found;
}

describe('prepare.py of a ranking', () => {
  let tried: Tried;
  let train: Record<string, string>[];
  let test: Record<string, string>[];
  const pairOf = (row: Record<string, string>): string => `${row['reader'] ?? ''} ${row['book'] ?? ''}`;

  beforeAll(async () => {
    tried = await tryDesign({ 'loans.csv': loans() }, RANKING);
    expect(tried.outcome).toMatchObject({ kind: 'advanced' });
    const answers = new Map((await rowsOf(tried, 'private/test_answer')).map((row) => [row['id'], row]));
    train = await rowsOf(tried, 'public/train');
    test = (await rowsOf(tried, 'public/test')).map((row) => ({
      ...row,
      relevant: answers.get(row['id'])?.['relevant'] ?? '',
      user: answers.get(row['id'])?.['user'] ?? '',
    }));
  });

  it('has each pair of the source once, and calls it and no other one relevant', () => {
    const source = new Set(
      loans()
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).join(' ')),
    );
    const rows = [...train, ...test];

    expect(new Set(rows.map(pairOf)).size).toBe(rows.length);
    expect(
      rows
        .filter((row) => row['relevant'] === '1')
        .map(pairOf)
        .sort(),
    ).toEqual([...source].sort());
    expect(rows.filter((row) => row['relevant'] === '0' && source.has(pairOf(row)))).toEqual([]);
  });

  it.each(['reader', 'book'])('has test rows in which each %s comes as often, times the strangers, without as with a relevant pair', (key) => {
    const positives = counted(
      test.filter((row) => row['relevant'] === '1'),
      key,
    );

    expect(counted(test, key)).toEqual(Object.fromEntries(Object.entries(positives).map(([name, count]) => [name, (1 + OTHERS) * count])));
  });

  it('asks only about readers and books of which others are known, and names the reader beside the answer', () => {
    for (const key of ['reader', 'book']) {
      const known = new Set(train.filter((row) => row['relevant'] === '1').map((row) => row[key]));
      expect(test.filter((row) => !known.has(row[key]))).toEqual([]);
    }
    expect(test.filter((row) => row['user'] !== row['reader'])).toEqual([]);
  });

  it('says of strangers what is known of the reader and of the book, and nothing that only a meeting has', () => {
    expect(Object.keys(train[0] ?? {})).toEqual(['id', 'reader', 'book', 'age', 'shelf', 'relevant']);
    for (const row of train) {
      expect(row['age']).toBe(String(20 + (Number(row['reader']?.slice(1)) % 50)));
      expect(row['shelf']).toBe(`shelf ${Number(row['book']?.slice(1)) % 7}`);
    }
  });

  it('tells a stranger what a candidate is', async () => {
    const description = await tried.read('description.txt');

    expect(description).toContain('## Candidates');
    expect(description).toContain('NDCG@10 (ndcg_at_10)');
    expect(description).toContain('whether the reader took the book; 1 for the pairs of the source');
  });

  it('tells how many candidates there are as they were drawn: in both files alike where enough are left', async () => {
    const description = await tried.read('description.txt');
    const withOne = (rows: readonly Record<string, string>[]): number => rows.filter((row) => row['relevant'] === '1').length;

    for (const [name, rows] of [['train', train] as const, ['test', test] as const])
      expect(description).toContain(`Of the rows of \`${name}.csv\`, ${withOne(rows)} have 1 and ${rows.length - withOne(rows)} have 0.`);
    expect(description).toContain('In `test.csv` every user and every item comes exactly 4 times as often with 0 as with 1.');
  });

  it('says where the training rows lack strangers, since items are too common', async () => {
    const dense = await tryDesign({ 'loans.csv': loans(16) }, RANKING);
    const description = await dense.read('description.txt');

    expect(dense.outcome).toMatchObject({ kind: 'advanced' });
    expect(description).toMatch(/In `train\.csv` it is otherwise, .*: there a user comes \d[\d.]* to \d[\d.]* times as often with 0 as with 1, an item \d/);
    expect(description).not.toMatch(/about 4 times/);
  });
});
