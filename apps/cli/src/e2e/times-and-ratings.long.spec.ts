import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { chance } from '../testing/made-tables.ts';
import { runCli, type CliResult } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { out, dataset, manifestOf, tableOf } = madeRun();
let run: CliResult;
let report: RunReport;

/** Pumps that run until they fail or are taken out of use; why they failed is known only of those that did. */
function pumps(): string {
  const next = chance(29);
  const rows = Array.from({ length: 900 }, () => {
    const [load, age, heat] = [Number((3 * next()).toFixed(2)), Math.floor(20 * next()), Number((60 * next()).toFixed(1))];
    const ran = Math.ceil((-Math.log(1 - next()) * 1_500) / Math.exp(0.7 * (load - 1.5) + 0.06 * (age - 10) + 0.02 * (heat - 30)));
    const watched = 100 + Math.floor(1_500 * next());
    const failed = ran <= watched;
    return [load, age, heat, next() < 0.5 ? 'a' : 'b', Math.min(ran, watched), failed ? 2 : 1, failed ? (next() < 0.5 ? 'seal' : 'bearing') : ''].join(',');
  });
  const readme = '# Pumps\n\n- hours: hours of follow-up\n- status: 1=censored, 2=failed\n- part: for those who died, the part that broke; not known before\n';
  return dataset('pumps', { 'README.md': readme, 'pumps.csv': `load,age,heat,make,hours,status,part\n${rows.join('\n')}\n` });
}

/** Readers who are generous or stern and mostly read what is of their taste, and books that are liked or not. */
function books(): string {
  const next = chance(37);
  const rows = Array.from({ length: 2_000 }, () => {
    const user = Math.floor(150 * next());
    const item = next() < 0.75 ? (user % 5) + 5 * Math.floor(24 * next()) : Math.floor(120 * next());
    const stars = 1 + ((user * 7) % 11) / 5 + ((item * 5) % 9) / 5 + 1.6 * (next() - 0.5);
    return `u${user},b${item},${90 + Math.floor(800 * next())},${Math.max(1, Math.min(5, Math.round(stars)))}`;
  });
  return dataset('books', { 'README.md': '# Books\n\n- stars: rating from 1 to 5\n', 'books.csv': `user_id,book_id,pages,stars\n${rows.join('\n')}\n` });
}

/** Kettles that brew one batch each, read every six hours; pressure goes where heat and feed draw it. */
function kettles(): string {
  const next = chance(41);
  const rows = Array.from({ length: 260 }).flatMap((_, batch) => {
    const start = Date.UTC(2012, 0, 1) + 21_600_000 * Math.floor(8_000 * next());
    let [heat, feed, pressure] = [40 + 50 * next(), 1 + 8 * next(), 20 + 40 * next()];
    return Array.from({ length: 13 + Math.floor(6 * next()) }, (__, step) => {
      const time = new Date(start + 21_600_000 * step).toISOString().slice(0, 19).replace('T', ' ');
      const row = [`K${batch}`, heat.toFixed(1), feed.toFixed(2), pressure.toFixed(2), time].join(',');
      pressure += 0.2 * (0.7 * heat - 3 * feed - pressure) + 2 * (next() - 0.5);
      heat += 3 * (next() - 0.5);
      feed = next() < 0.07 ? 1 + 8 * next() : feed;
      return row;
    });
  });
  return dataset('kettles', {
    'README.md': '# Kettles\n\n- batch: a number for what is brewed\n',
    'kettles.csv': `batch,heat,feed,pressure,time\n${rows.join('\n')}\n`,
  });
}

beforeAll(async () => {
  run = await runCli(['run', pumps(), books(), kettles(), '--out', out, '--json']);
  report = RunReport.parse(JSON.parse(run.stdout || '{}'));
}, 600_000);

suite('a run over times that may be censored, ratings, choices and values ahead', () => {
  it('verifies a task of each', () => {
    expect(run.stderr).toBe('');
    expect(report.tasks.map(({ id, state, code }) => [id, state, code ?? ''])).toEqual([
      ['books--relevant', 'verified', ''],
      ['books--stars', 'verified', ''],
      ['kettles--pressure-in-24-hours', 'verified', ''],
      ['pumps--status', 'verified', ''],
    ]);
  });

  it('gives time and event to learn from and neither to predict from', () => {
    const [[train = []], [test = []], [answers = []]] = ['public/train.csv', 'public/test.csv', 'private/test_answer.csv'].map((path) =>
      tableOf('pumps--status', path),
    ) as [string[][], string[][], string[][]];

    expect(train).toEqual(['id', 'load', 'age', 'heat', 'make', 'hours', 'event']);
    expect(test).toEqual(['id', 'load', 'age', 'heat', 'make']);
    expect(answers).toEqual(['id', 'hours', 'event']);
  });

  it('counts nobody who was watched less long as one who did not fail', () => {
    const { value, metric } = manifestOf('pumps--status');

    expect(metric.name).toBe('concordance_index');
    expect(value?.scores.trivial?.score).toBe(0.5);
    expect(value?.scores.standard?.score).toBeGreaterThan(0.6);
  });

  it('asks only for ratings of users and books of which others are known', () => {
    const [, ...train] = tableOf('books--stars', 'public/train.csv');
    const [, ...test] = tableOf('books--stars', 'public/test.csv');

    for (const column of [1, 2]) {
      const known = new Set(train.map((row) => row[column]));
      expect(test.filter((row) => !known.has(row[column]))).toEqual([]);
    }
    expect(manifestOf('books--stars')).toMatchObject({ modality: 'ranking', ratings: { user: 'user_id', item: 'book_id' }, metric: { name: 'rmse' } });
  });

  it('asks which books each reader chose, among four that they did not choose for each that they did', () => {
    const [header = [], ...answers] = tableOf('books--relevant', 'private/test_answer.csv');
    const chosen = answers.filter((row) => row[1] === '1');

    expect(header).toEqual(['id', 'relevant', 'user']);
    expect(answers).toHaveLength(5 * chosen.length);
    expect(new Set(chosen.map((row) => row[2])).size).toBe(new Set(answers.map((row) => row[2])).size);
    expect(manifestOf('books--relevant').metric.name).toBe('ndcg_at_10');
  });

  it('asks of each kettle once, and of none that train tells of', () => {
    const [[header = [], ...train], [, ...test]] = ['public/train.csv', 'public/test.csv'].map((path) => tableOf('kettles--pressure-in-24-hours', path)) as [
      string[][],
      string[][],
    ];
    const [known, asked] = [train, test].map((rows) => rows.map((row) => row[header.indexOf('subject')]));

    expect(new Set(asked).size).toBe(test.length);
    expect(asked?.filter((kettle) => known?.includes(kettle))).toEqual([]);
    expect(manifestOf('kettles--pressure-in-24-hours').ahead).toEqual({ present: 'pressure', span: '24 hours' });
  });
});
