import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ask } from './operators.ts';

const PYTHON = join(import.meta.dirname, '../../.cache/venv/bin/python');
/** Thins everything in one process, and packs what lies in folders that are called as archives are. */
const DRIVER = `
import json, sys
from pathlib import Path
sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
from subsample import main
from thinners import close_archives
answers = {}
for name, order in json.load(sys.stdin).items():
    raw = Path(sys.argv[1]) / name
    close_archives(raw, order["reader"].get("archives", []))
    answers[name] = main(raw, Path(sys.argv[1]) / f"{name} thinned", order)
print(json.dumps(answers))
`;
const CSV = { format: 'csv', encoding: 'utf-8', delimiter: ',', quote: '"', header: true, missing: [''] };
const ORDER = { target: '', positive: null, group: null, time: null, rows: 20, share: null, seed: 1 };
const hour = (row: number): string => `2024-03-01T${String(row).padStart(2, '0')}:00:00Z`;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

let folder: string;
let answers: Record<string, { rows?: number; unable?: string }>;

function raw(name: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), content);
  }
}

const left = (name: string, path: string): string => readFileSync(join(folder, `${name} thinned`, path), 'utf8');
const lines = (name: string, path: string): string[] => left(name, path).trimEnd().split('\n');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mle-smith-subsample-'));
  const orders: Record<string, object> = {};

  raw('errands', Object.fromEntries(['fetch', 'send'].map((key) => [`${key}.json`, JSON.stringify({ [key]: upTo(30).map((n) => ({ n })) })])));
  const records = { format: 'json', files: ['fetch.json', 'send.json'], encoding: 'utf-8', recordPath: ['*'], labelFromKey: 'key', missing: [] };
  orders['errands'] = { ...ORDER, reader: records, known: ['key'] };

  raw('sentences', {
    'all.conll': `-DOCSTART- O\n\n${upTo(40)
      .map((n) => `word${n}\tO\nend\tB-x\n`)
      .join('\n')}`,
  });
  orders['sentences'] = { ...ORDER, reader: { format: 'conll', files: ['all.conll'], encoding: 'utf-8' }, known: ['tags'] };

  const labels = `file,label,owner\n${upTo(40)
    .map((n) => `${n}.csv,${n % 2},o${n % 8}\n`)
    .join('')}`;
  raw('sequences', { 'all.zip/labels.csv': labels, ...Object.fromEntries(upTo(40).map((n) => [`all.zip/s/${n}.csv`, `a\n${n}\n`])) });
  const sequences = {
    format: 'media',
    kind: 'sequence',
    files: ['all.zip/labels.csv'],
    folder: 'all.zip/s',
    suffixes: ['.csv'],
    parts: [],
    broken: [],
    encode: false,
    labels: { reader: { ...CSV, files: ['all.zip/labels.csv'] }, key: 'file', by: 'name' },
    archives: ['all.zip'],
  };
  orders['sequences'] = { ...ORDER, reader: sequences, known: ['label'], group: ['owner'] };

  raw('log', {
    'app.log': upTo(50)
      .map((n) => `2024-03-01 10:00:${String(n).padStart(2, '0')} INFO line ${n}\n  more of it\n`)
      .join(''),
  });
  const log = { format: 'log', files: ['app.log'], encoding: 'utf-8', grammar: 'levelled', rows: 'lines', outcomes: [] };
  orders['log'] = { ...ORDER, reader: log, known: ['level'], time: 'time' };

  mkdirSync(join(folder, 'shop'));
  const shop = new DatabaseSync(join(folder, 'shop', 'shop.sqlite'));
  shop.exec('CREATE TABLE Sale (SaleId INTEGER PRIMARY KEY, Who INTEGER, Price REAL); CREATE TABLE Buyer (Who INTEGER PRIMARY KEY, Age INTEGER)');
  for (const n of upTo(60)) shop.prepare('INSERT INTO Sale VALUES (?, ?, ?)').run(n, n % 9, n / 2);
  for (const n of upTo(9)) shop.prepare('INSERT INTO Buyer VALUES (?, ?)').run(n, 20 + n);
  shop.close();
  const table = (name: string): object => ({ format: 'sqlite', files: ['shop.sqlite'], table: name, missing: [] });
  const joined = {
    format: 'joined',
    files: ['shop.sqlite'],
    base: table('Sale'),
    others: [{ reader: table('Buyer'), reference: 'Who', key: 'Who', prefix: 'Buyer_' }],
  };
  orders['shop'] = { ...ORDER, reader: joined, known: ['Price'] };

  raw('storms', {
    'storms.csv': `storm,time,wind\n${upTo(12)
      .flatMap((storm) => upTo(6).map((row) => `s${storm},${hour(row)},${storm + row}\n`))
      .join('')}`,
  });
  const ahead = {
    format: 'ahead',
    files: ['storms.csv'],
    base: { ...CSV, files: ['storms.csv'] },
    keys: ['storm'],
    times: ['time'],
    step: { unit: 'second', size: 3_600 },
    steps: 2,
    span: '2 hours',
    subject: 'subject',
    past: [],
    outcomes: [{ name: 'wind_in_2_hours', column: 'wind' }],
  };
  orders['storms'] = { ...ORDER, reader: ahead, known: ['wind_in_2_hours'], group: ['subject'] };

  raw('notes', {
    'notes.csv': `# made by hand\nyes,no,maybe,said\n${upTo(40)
      .map((n) => `${n % 2},${n % 3 === 0 ? 1 : 0},0,"a ""word"", ${n}"\n`)
      .join('')}`,
  });
  const gathered = { ...CSV, files: ['notes.csv'], skip: 1, gathered: { name: 'labels', columns: ['yes', 'no', 'maybe'] } };
  orders['notes'] = { ...ORDER, reader: gathered, known: ['labels'] };

  answers = JSON.parse(await ask(PYTHON, ['-c', DRIVER, folder], orders)) as typeof answers;
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('raw data that is thinned', () => {
  it('has the rows that were asked for, and whole groups where these are kept whole', () => {
    const rows = Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, answer.rows ?? answer.unable]));

    // Of 12 storms with 4 rows that have an outcome, five; of 8 owners with 5 files, four.
    expect(rows).toEqual({ errands: 20, sentences: 20, sequences: 20, log: 20, shop: 20, storms: 20, notes: 20 });
  });

  it('keeps every file of records and every key in it', () => {
    const counts = ['fetch', 'send'].map((key) => (JSON.parse(left('errands', `${key}.json`)) as Record<string, unknown[]>)[key]?.length ?? 0);

    expect(counts.reduce((sum, count) => sum + count)).toBe(20);
  });

  it('keeps whole sentences and the marks of documents', () => {
    const [first, ...rest] = left('sentences', 'all.conll').trimEnd().split('\n\n');

    expect(first).toBe('-DOCSTART- O');
    expect(rest.every((sentence) => /^word\d+\tO\nend\tB-x$/.test(sentence))).toBe(true);
  });

  it('packs archives again', () => {
    expect(readdirSync(join(folder, 'sequences thinned'))).toEqual(['all.zip']);
    expect(left('sequences', 'all.zip').slice(0, 2)).toBe('PK');
  });

  it('keeps a stretch of a log, with the lines that have no time of their own', () => {
    const kept = lines('log', 'app.log');
    const [from = 0] = kept.flatMap((line) => / line (\d+)/.exec(line)?.slice(1).map(Number) ?? []);

    expect(kept.filter((line) => line.includes('INFO'))).toEqual(upTo(20).map((n) => expect.stringMatching(new RegExp(` line ${from + n}$`)) as string));
    expect(kept).toHaveLength(40);
  });

  it('leaves the tables that are referred to as they are', () => {
    const shop = new DatabaseSync(join(folder, 'shop thinned', 'shop.sqlite'));
    const count = (table: string): unknown => shop.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];

    expect([count('Sale'), count('Buyer')]).toEqual([20, 9]);
    shop.close();
  });

  it('keeps all of a thing that is followed, its last rows too', () => {
    const storms = lines('storms', 'storms.csv')
      .slice(1)
      .map((line) => line.split(',')[0] ?? '');

    expect(new Set(storms).size).toBe(5);
    expect(storms).toHaveLength(30);
  });

  it('keeps cells and comments as they were written', () => {
    const [comment, header, row] = lines('notes', 'notes.csv');

    expect([comment, header]).toEqual(['# made by hand', 'yes,no,maybe,said']);
    expect(row).toMatch(/^[01],[01],0,"a ""word"", \d+"$/);
  });
});
