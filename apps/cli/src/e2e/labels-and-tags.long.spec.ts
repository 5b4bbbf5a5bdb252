import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { chance } from '../testing/made-tables.ts';
import { runCli, type CliResult } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { out, dataset, manifestOf, tableOf, textOf } = madeRun();
let run: CliResult;
let report: RunReport;

const FILLER = 'a the of and long old night street house man woman story year town road river light friend summer winter'.split(' ');
const GENRES: Readonly<Record<string, readonly string[]>> = {
  comedy: ['laugh', 'joke', 'prank'],
  crime: ['heist', 'murder', 'police'],
  'film noir': ['kiss', 'shadow', 'letter'],
  war: ['trench', 'general', 'siege'],
};

/** Plots that mention most, not all, of what their genres are about; a column of 0 and 1 for each genre. */
function films(): string {
  const next = chance(59);
  const one = (words: readonly string[]): string => words[Math.floor(words.length * next())] ?? '';
  const rows = Array.from({ length: 500 }, () => {
    const genres = Object.keys(GENRES).filter(() => next() < 0.35);
    const held = genres.length > 0 ? genres : ['war'];
    const told = held.flatMap((genre) => [0, 1].filter(() => next() < 0.75).map(() => one(GENRES[genre] ?? [])));
    const words = [...Array.from({ length: 12 }, () => one(FILLER)), ...told].map((word) => ({ word, at: next() }));
    return `${words
      .sort((before, after) => before.at - after.at)
      .map(({ word }) => word)
      .join(' ')},${Object.keys(GENRES)
      .map((genre) => Number(held.includes(genre)))
      .join(',')}`;
  });
  return dataset('films', {
    'README.md': '# Films\n\nPlots of films and their genres.\n',
    'films.csv': `plot,${Object.keys(GENRES).join(',')}\n${rows.join('\n')}\n`,
  });
}

/** Plants of a plot by its soil; of one plant there are too few to ask for. */
function plots(): string {
  const next = chance(47);
  const rows = Array.from({ length: 600 }, (_, row) => {
    const [acid, wet, shade, slope] = [3 + 5 * next(), 100 * next(), next(), 40 * next()];
    const grows = { heather: acid < 5, sedge: wet > 60 && acid < 7, fern: shade * wet > 30, thyme: slope > 20 !== wet > 50 };
    const found = Object.entries(grows).flatMap(([plant, right]) => (right === next() < 0.92 ? [plant] : []));
    const rare = row % 60 === 0 ? ['orchid'] : [];
    return [acid.toFixed(2), wet.toFixed(1), shade.toFixed(2), slope.toFixed(1), [...found, ...rare].join('|')].join(',');
  });
  return dataset('plots', {
    'README.md': '# Plots\n\nTarget: plants, the plants that were found\n',
    'plots.csv': `acid,wet,shade,slope,plants\n${rows.join('\n')}\n`,
  });
}

/** Sentences that name people and places; most names come once, so that what stands before them must tell. */
function notes(): string {
  const next = chance(53);
  const one = (words: readonly string[]): string => words[Math.floor(words.length * next())] ?? '';
  const syllables = 'ka ro mi ten dor sa lu vel ni bra'.split(' ');
  const name = (): string => {
    const word = `${one(syllables)}${one(syllables)}${one(syllables)}`;
    return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  };
  const part = (): string[] => {
    const kind = one(['place', 'person', 'thing']);
    const cue = next() < 0.15 ? one(['in', 'by', 'with']) : { place: 'in', person: 'by', thing: 'with' }[kind];
    const tagged = kind === 'thing' ? [`${name()} O`] : [`${name()} B-${kind}`, ...(kind === 'person' && next() < 0.5 ? [`${name()} I-person`] : [])];
    return [`${one(FILLER)} O`, `${one(FILLER)} O`, `${cue} O`, ...tagged];
  };
  const sentences = Array.from({ length: 500 }, () => [...part(), ...part(), ...(next() < 0.5 ? part() : []), '. O'].join('\n'));
  return dataset('notes', { 'README.md': '# Notes\n\nSentences that name people and places.\n', 'notes.conll': `${sentences.join('\n\n')}\n` });
}

beforeAll(async () => {
  run = await runCli(['run', films(), plots(), notes(), '--out', out, '--json']);
  report = RunReport.parse(JSON.parse(run.stdout || '{}'));
}, 600_000);

const scoresOf = (id: string): number[] =>
  (['trivial', 'simple', 'standard', 'strong'] as const).map((kind) => manifestOf(id).value?.scores[kind]?.score ?? Number.NaN);

suite('a run over rows with several labels and over tagged sentences', () => {
  it('verifies a task of each', () => {
    expect(run.stderr).toBe('');
    expect(report.tasks.map(({ id, state, code }) => [id, state, code ?? ''])).toEqual([
      ['films--labels', 'verified', ''],
      ['notes--tags', 'verified', ''],
      ['plots--plants', 'verified', ''],
    ]);
  });

  it.each([
    ['films--labels', 'multilabel', 'label_f1', ['comedy', 'crime', 'film_noir', 'war']],
    ['plots--plants', 'multilabel', 'label_f1', ['fern', 'heather', 'sedge', 'thyme']],
    ['notes--tags', 'tags', 'span_f1', ['O', 'B-person', 'B-place', 'I-person']],
  ] as const)('%s asks by its metric for the answers that its description names', (id, objective, metric, classes) => {
    expect(manifestOf(id)).toMatchObject({ objective, metric: { name: metric }, target: { classes } });
    expect(textOf(id, 'public/description.txt')).toContain(`: ${classes.join(', ')}.`);
  });

  it.each(['films--labels', 'notes--tags', 'plots--plants'])('%s has answers only where they belong', (id) => {
    const target = manifestOf(id).target.name;
    const [[train = []], [test = []], [answers = []], [sample = []]] = [
      'public/train.csv',
      'public/test.csv',
      'private/test_answer.csv',
      'public/sample_submission.csv',
    ].map((path) => tableOf(id, path)) as [string[][], string[][], string[][], string[][]];

    expect(train).toEqual([...test, target]);
    expect(test).not.toContain(target);
    expect(answers).toEqual(['id', target]);
    expect(sample).toEqual(['id', target]);
  });

  it('writes labels in order with one space between them, and a sign where there is none', () => {
    const cells = ['private/test_answer.csv', 'public/sample_submission.csv'].flatMap((path) =>
      tableOf('plots--plants', path)
        .slice(1)
        .map(([, cell = '']) => cell),
    );
    const known = new Set(manifestOf('plots--plants').target.classes);
    const legal = (cell: string): boolean => {
      const labels = cell.split(' ');
      return cell === '-' || (labels.every((label) => known.has(label)) && labels.join(' ') === [...new Set(labels)].sort().join(' '));
    };

    expect(cells.filter((cell) => !legal(cell))).toEqual([]);
    expect(cells.some((cell) => cell.includes(' '))).toBe(true);
    expect(cells).toContain('-');
    expect(textOf('plots--plants', 'public/train.csv')).not.toContain('orchid');
  });

  it('gives every token of a test sentence one tag', () => {
    const sizes = (path: string): string[] =>
      tableOf('notes--tags', path)
        .map(([id, cell = '']) => `${id ?? ''} ${cell.split(' ').length}`)
        .slice(1);

    expect(sizes('private/test_answer.csv')).toEqual(sizes('public/test.csv'));
    expect(sizes('public/sample_submission.csv')).toEqual(sizes('public/test.csv'));
    expect(
      new Set(
        tableOf('notes--tags', 'public/sample_submission.csv')
          .slice(1)
          .flatMap(([, cell = '']) => cell.split(' ')),
      ),
    ).toEqual(new Set(['O']));
  });

  it.each(['films--labels', 'notes--tags', 'plots--plants'])('%s rewards more than a model of single parts', (id) => {
    const [trivial = 0, simple = 0, standard = 0, strong = 0] = scoresOf(id);

    expect(Math.max(standard, strong)).toBeGreaterThan(simple + 0.02);
    expect(Math.max(standard, strong)).toBeGreaterThan(trivial + 0.1);
    expect(Math.max(standard, strong)).toBeLessThan(0.995);
  });
});
