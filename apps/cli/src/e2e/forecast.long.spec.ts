import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { ExportReport, RunReport, VerifyReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { chance } from '../testing/made-tables.ts';
import { runCli, type CliResult } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { place, out, dataset, manifestOf, textOf, tableOf } = madeRun();
const PANEL = 'shops--sales';
const task = join(out, 'tasks', PANEL);
let run: CliResult;
let report: RunReport;

const month = (index: number): string => new Date(Date.UTC(2015, index, 1)).toISOString().slice(0, 10);

/** Twenty shops that grow, each with a season of its own size. */
function shops(): string {
  const next = chance(41);
  const rows = Array.from({ length: 20 }, (_one, shop) => {
    const [level, growth, swing, peak] = [100 + 900 * next(), 0.01 + 0.01 * next(), 0.1 + 0.3 * next(), 12 * next()];
    return Array.from({ length: 60 }, (_month, at) => {
      const season = 1 + swing * Math.sin((2 * Math.PI * (at + peak)) / 12);
      return `s${shop},${shop % 2 ? 'north' : 'south'},${month(at)},${(level * (1 + growth * at) * season * (1 + 0.1 * (next() - 0.5))).toFixed(1)}`;
    });
  }).flat();
  return dataset('shops', { 'README.md': '# Shops\n\n- sales: sales of the month\n', 'shops.csv': `shop,region,month,sales\n${rows.join('\n')}\n` });
}

/** What a boiler measures hour by hour, and when it was out of order. */
function boiler(): string {
  const next = chance(43);
  const rows = Array.from({ length: 2_000 }, (_one, at) => {
    const odd = at % 500 > 60 && next() < 0.15;
    const heat = 20 + 5 * Math.sin(at / 24) + next() + (odd ? 4 + 3 * next() : 0);
    const flow = 50 + 3 * next() + (odd ? 3.5 * next() : 0);
    const when = new Date(Date.UTC(2021, 0, 1, at)).toISOString().slice(0, 19);
    return `${when},${heat.toFixed(2)},${flow.toFixed(2)},${(1 + next() + (odd ? 0.5 : 0)).toFixed(3)},${odd ? 1 : 0}`;
  });
  const readme = '# Boiler\n\n- anomaly: 1 where the boiler was out of order\n';
  return dataset('boiler', { 'README.md': readme, 'boiler.csv': `time,heat,flow,hum,anomaly\n${rows.join('\n')}\n` });
}

/** One monthly series of twenty years: ten windows of a year cannot be its end. */
function mill(): string {
  const next = chance(47);
  const rows = Array.from({ length: 240 }, (_one, at) => `${month(at)},${(100 + at + 10 * Math.sin((at * Math.PI) / 6) + 5 * next()).toFixed(1)}`);
  return dataset('mill', { 'README.md': '# Mill\n\n- output: of the month\n', 'mill.csv': `month,output\n${rows.join('\n')}\n` });
}

beforeAll(async () => {
  run = await runCli(['run', shops(), boiler(), mill(), '--out', out, '--json']);
  report = RunReport.parse(JSON.parse(run.stdout || '{}'));
}, 600_000);

suite('a run over series', () => {
  it('verifies the panel and the anomalies', () => {
    expect(run.stderr).toBe('');
    expect(report.tasks.map(({ id, state, code }) => [id, state, code ?? ''])).toEqual([
      ['boiler--anomaly', 'verified', ''],
      ['shops--sales', 'verified', ''],
    ]);
  });

  it('refuses one series that is too short to tell how sure a difference is', async () => {
    const shown = await runCli(['show', 'mill', '--out', out]);

    expect(report.datasets.find(({ id }) => id === 'mill')).toMatchObject({ state: 'refused', code: 'no_good_task' });
    expect(shown.stdout).toContain('one series of 240 monthly instants: 10 windows of a season in the future');
  });

  it('trains on all of the past and asks for all of the future', () => {
    const [[trainHeader = [], ...train], [testHeader = [], ...test], [answersHeader = [], ...answers], [sampleHeader = [], ...sample]] = [
      'public/train.csv',
      'public/test.csv',
      'private/test_answer.csv',
      'public/sample_submission.csv',
    ].map((path) => tableOf(PANEL, path)) as [string[][], string[][], string[][], string[][]];

    expect([trainHeader, testHeader, answersHeader, sampleHeader]).toEqual([
      ['id', 'shop', 'region', 'month', 'sales'],
      ['id', 'shop', 'region', 'month'],
      ['id', 'sales', 'series', 'scale'],
      ['id', 'sales'],
    ]);
    expect([train.length, test.length]).toEqual([20 * 48, 20 * 12]);
    expect([...new Set(train.map(([, , , when = '']) => when))].sort()).toEqual(Array.from({ length: 48 }, (_one, at) => month(at)));
    expect([...new Set(test.map(([, , , when = '']) => when))].sort()).toEqual(Array.from({ length: 12 }, (_one, at) => month(48 + at)));
    expect(answers.map(([id, , series]) => [id, series])).toEqual(test.map(([id, shop]) => [id, shop]));
    expect(sample.map(([id]) => id)).toEqual(test.map(([id]) => id));
  });

  it('says what the horizon and the season are', () => {
    const description = textOf(PANEL, 'public/description.txt');

    expect(manifestOf('shops--sales').series).toMatchObject({ time: 'month', keys: ['shop'], season: 12, horizon: 12 });
    expect(description).toContain('12 instants are asked for');
    expect(description).toContain('a season is one year, 12 instants');
  });

  it('beats the season before by theta and by boosted lags', () => {
    const { metric, value } = manifestOf('shops--sales');

    expect(metric.name).toBe('mase');
    expect(value?.scores.standard?.score).toBeLessThan(0.8 * (value?.scores.trivial?.score ?? 0));
    expect(value?.scores.strong?.score).toBeLessThan(value?.scores.standard?.score ?? 0);
  });

  it('splits labels of instants from past to future', () => {
    expect(manifestOf('boiler--anomaly')).toMatchObject({ objective: 'binary', split: { kind: 'temporal', column: 'time' } });
  });

  it('scores the sample and a perfect submission, whose answers hold more than these', async () => {
    const perfect = join(place, 'perfect.csv');
    writeFileSync(
      perfect,
      tableOf(PANEL, 'private/test_answer.csv')
        .map(([id, sales]) => `${id},${sales}\n`)
        .join(''),
    );
    const scored = [
      await runCli(['score', task, join(task, 'data/public/sample_submission.csv'), '--json']),
      await runCli(['score', task, perfect, '--json']),
    ].map(({ stdout }) => JSON.parse(stdout) as { score: number; valid: boolean });

    expect(scored).toMatchObject([
      { score: expect.any(Number), valid: true, feedback: expect.any(String) },
      { score: 0, valid: true, feedback: expect.any(String) },
    ]);
    expect(scored[0]?.score).toBeGreaterThan(1);
  });

  it.each([
    ['mle-dojo', 'data/shops--sales/private/test_answer.csv'],
    ['mle-bench', 'data/shops--sales/prepared/private/test_answer.csv'],
  ])('exports to %s with all columns of the answers', async (format, answers) => {
    const exported = await runCli(['export', task, '--to', format, '--out', join(place, format), '--json']);

    expect(ExportReport.parse(JSON.parse(exported.stdout)).exported.map(({ id, form }) => [id, form])).toEqual([['shops--sales', 'whole']]);
    expect(readFileSync(join(place, format, 'shops--sales', answers), 'utf8')).toBe(textOf(PANEL, 'private/test_answer.csv'));
  });

  it('passes its own package', async () => {
    const verified = await runCli(['verify', task, '--json']);

    expect(
      VerifyReport.parse(JSON.parse(verified.stdout)).packages.map(({ passed, findings }) => [passed, findings.filter(({ severity }) => severity === 'block')]),
    ).toEqual([[true, []]]);
  }, 300_000);
});
