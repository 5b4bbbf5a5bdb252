import { page, table } from '../docs/tables.ts';
import { HALVES, type Half } from './base.ts';
import { LAYERS } from './judge.ts';
import { STRENGTHS } from './operators.ts';
import { wilson, type Count, type Results } from './tally.ts';

type Row = Results['operators'][number];

const LAYER_NAMES = { design: 'design assertions', package: 'package assertions', review: 'review', execute: 'execute' } as const;

/** docs/reference/scorecard.md: what each layer of the verification catches. */
export function scorecardPage(results: Results): string {
  const blocking = results.operators.filter((operator) => operator.blocking);
  const warning = results.operators.filter((operator) => !operator.blocking);
  return page(
    'Scorecard of the verification',
    'What each layer of the verification catches of defects that were put into sound packages, and how often it blames sound ones. Made by `npm run scorecard` (with `-- --data DIR…` for further datasets) from `tools/scorecard/results.json`; `npm run test:long` runs a small part of it.',
    howItIsMade(results),
    '## In short',
    summary(results),
    '## Defects by layer',
    'Each package is judged by all layers, each as if it were the only one: an earlier catch hides nothing. Review is not told what the assertions found, only what they measured. A cell is the share of packages that the layer blocks by a right rule; *only* counts the packages that no other layer blocks. Both halves, medium and strong.',
    matrix(blocking),
    '## Every operator',
    'Packages caught at level B of packages tried, by strength (weak, medium, strong), on both halves; *held out* is the same for medium and strong on the held-out half. Layers: those that caught any at medium or strong.',
    operatorTable(blocking),
    '## Operators whose rules only warn',
    'Packages about which a right rule warns (or blocks) of packages tried.',
    warningTable(warning),
    '## Strengths',
    table(
      ['operator', 'applies to', 'weak', 'medium', 'strong'],
      results.operators.map((operator) => [`\`${operator.id}\``, operator.to, ...STRENGTHS.map((strength) => operator.strengths[strength]?.means ?? '')]),
    ),
    '## Missed, by name',
    'Medium and strong defects of blocking rules that no layer blocked by a right rule, with what was said about the package.',
    misses(results),
    '## Silly tasks',
    'Tasks that a naive engine makes: every column an input that is known in time, rows independent. None may pass all layers.',
    naturalTable(results),
    '## Sound packages that were blamed',
    results.clean.alarms.length === 0
      ? 'None.'
      : table(
          ['task', 'half', 'variation', 'layer', 'rules'],
          results.clean.alarms.map(({ task, half, variation, layer, rules }) => [`\`${task}\``, half, variation, layer, rules.join(', ')]),
        ),
    'Warnings on sound packages (layer:rule, packages): ' +
      (Object.entries(results.clean.warnings)
        .map(([word, count]) => `${word} ${count}`)
        .join(', ') || 'none') +
      '.',
  );
}

function howItIsMade({ datasets, clean }: Results): string {
  const left = Object.entries(clean.leftOut);
  return [
    '- **Sound packages** are what the engine makes of a whole dataset and verifies, and variants of them: the same question on a part of the raw rows, with another share of positives, or with another split, designed anew. A variant is left out beforehand where it may honestly lack size or signal: expected test units less than 1.2 times what S17 and S20 ask for, a gain of less than 6 standard errors when the errors of the whole task’s ladder are scaled to the variant’s test size, or a whole task whose effect is next to the least that matters (ROC AUC below 0.65, R² below 0.12), next to the most that may be reached (an error of less than three times what X03 leaves), or from which the rubric takes two points for being easy. This is told from counts and from the whole task, never from the variant’s own verdict.',
    `- Left out or not made: ${left.length === 0 ? 'none' : left.map(([reason, count]) => `${count} × ${reason}`).join('; ')}.`,
    '- **Operators** change the files of a sound package in one way, each at three strengths (`tools/scorecard/operators`). The manifest and the description are brought in line with the change, unless their being wrong is the defect. Operators on tables leave `prepare.py` as it was, so that D01 speaks too; it does not count. A defect counts as caught only where one of its own rules fires. Operators are tried on tasks of up to 8,000 labelled rows, a few of each half that are drawn by hash.',
    `- **Halves**: a bit of the hash of the dataset’s id. Development: ${names(datasets, 'development')}. Held out: ${names(datasets, 'held-out')}. ${datasets.some(({ half }) => half === 'held-out') ? 'Rules and thresholds may be mended by what the development half shows; the figures that count are those of the other half.' : '**This is a trial: no dataset was held out, so that no figure here counts.**'}`,
    '- Intervals are Wilson’s at 95 %.',
  ].join('\n');
}

function names(datasets: Results['datasets'], half: Half): string {
  return (
    datasets
      .filter((dataset) => dataset.half === half)
      .map((dataset) => dataset.id)
      .join(', ') || 'none'
  );
}

function summary(results: Results): string {
  const blocking = results.operators.filter((operator) => operator.blocking);
  const clean = (half?: Half): number =>
    Object.values(results.clean.packages).reduce((sum, count) => sum + (half === undefined ? count.development + count['held-out'] : count[half]), 0);
  const alarms = (half?: Half): number =>
    new Set(results.clean.alarms.filter((alarm) => half === undefined || alarm.half === half).map(({ task, variation }) => `${task} ${variation}`)).size;
  const caught = (half: Half | undefined, strengths: readonly (typeof STRENGTHS)[number][]): Count =>
    sum(blocking.flatMap((operator) => countsOf(operator, half, strengths)));
  const defects = (half: Half | undefined, strengths: readonly (typeof STRENGTHS)[number][]): string => {
    const { caught: hits, packages } = caught(half, strengths);
    return share(hits, packages);
  };
  const alarmed = (half?: Half): string => share(alarms(half), clean(half));
  const stopped = results.naturals.filter((natural) => natural.stopped).length;
  const named = results.naturals.filter((natural) => natural.layers.length > 0).length;
  const modalities = Object.entries(results.clean.packages).map(([modality, count]) => `${modality} ${count.development + count['held-out']}`);
  return [
    table(
      ['', 'development', 'held out', 'both'],
      [
        ['medium and strong defects caught at level B', ...[...HALVES, undefined].map((half) => defects(half, ['medium', 'strong']))],
        ['weak defects caught at level B', ...[...HALVES, undefined].map((half) => defects(half, ['weak']))],
        ['sound packages that a layer blocks', ...[...HALVES, undefined].map((half) => alarmed(half))],
      ],
    ),
    '',
    `${clean()} sound packages (${modalities.join(', ')}); ${results.operators.length} operators, ${blocking.length} of them with a blocking rule; ${results.naturals.length} silly tasks, ${stopped} stopped, ${named} of them by a rule that names what is silly.`,
  ].join('\n');
}

function matrix(operators: readonly Row[]): string {
  const families: readonly (readonly [name: string, pattern: RegExp])[] = [
    ['layout, manifest, description', /^(L0[1-5]|L08|L1\d|M14|S26|S28)/],
    ['prepare.py', /^(L06|L09|D0)/],
    ['metric.py', /^(L07|M|X04)/],
    ['sample and answers', /^A/],
    ['split', /^(S01|S02|S06|S08|S09|S17|S19|S20|S22|S23|S24|X02)/],
    ['leaks', /^(S0[34]|S1[0-4])/],
  ];
  const taken = new Set<Row>();
  const rows = families.map(([name, pattern]) => {
    const own = operators.filter((operator) => !taken.has(operator) && pattern.test(operator.rules[0] ?? ''));
    own.forEach((operator) => taken.add(operator));
    return layerRow(name, own);
  });
  return table(['defects', 'packages', ...LAYERS.flatMap((layer) => [LAYER_NAMES[layer], 'only']), 'together'], [...rows, layerRow('all', operators)]);
}

function layerRow(name: string, operators: readonly Row[]): string[] {
  const count = sum(operators.flatMap((operator) => countsOf(operator, undefined, ['medium', 'strong'])));
  return [
    name,
    String(count.packages),
    ...LAYERS.flatMap((layer) => [percent(count.layers[layer] ?? 0, count.packages), String(count.only[layer] ?? 0)]),
    percent(count.caught, count.packages),
  ];
}

function operatorTable(operators: readonly Row[]): string {
  return table(
    ['operator', 'what it does', 'right rules', ...STRENGTHS, 'held out', 'layers'],
    operators.map((operator) => {
      const both = sum(countsOf(operator, undefined, ['medium', 'strong']));
      const held = sum(countsOf(operator, 'held-out', ['medium', 'strong']));
      return [
        `\`${operator.id}\``,
        operator.does,
        operator.rules.join(', '),
        ...STRENGTHS.map((strength) => of(sum(countsOf(operator, undefined, [strength])))),
        of(held),
        LAYERS.filter((layer) => (both.layers[layer] ?? 0) > 0)
          .map((layer) => `${LAYER_NAMES[layer]} ${both.layers[layer] ?? 0}`)
          .join(', '),
      ];
    }),
  );
}

function warningTable(operators: readonly Row[]): string {
  return table(
    ['operator', 'what it does', 'right rules', ...STRENGTHS],
    operators.map((operator) => [
      `\`${operator.id}\``,
      operator.does,
      operator.rules.join(', '),
      ...STRENGTHS.map((strength) => {
        const { caught, warned, packages } = sum(countsOf(operator, undefined, [strength]));
        return `${caught + warned} of ${packages}`;
      }),
    ]),
  );
}

function misses({ misses: missed }: Results): string {
  const shown = missed.filter(({ strength }) => strength !== 'weak');
  if (shown.length === 0) return 'None.';
  return table(
    ['operator', 'strength', 'task', 'half', 'said'],
    shown.map(({ operator, strength, task, half, told }) => [
      `\`${operator}\``,
      strength,
      `\`${task}\``,
      half,
      told.filter((word) => word !== 'design:D01' && word !== 'design:D02').join(', ') || 'nothing',
    ]),
  );
}

function naturalTable({ naturals }: Results): string {
  return table(
    ['task', 'dataset', 'what is silly', 'right rules', 'caught by', 'else'],
    naturals.map(({ id, dataset, does, rules, layers, told, stopped }) => [
      `\`${id}\``,
      dataset,
      does,
      rules.join(', '),
      layers.join(', ') || (stopped ? 'none of them, but stopped' : '**passed**'),
      told.filter((word) => !word.endsWith('(warned)')).join(', '),
    ]),
  );
}

function countsOf(operator: Row, half: Half | undefined, strengths: readonly (typeof STRENGTHS)[number][]): Count[] {
  return strengths.flatMap((strength) => {
    const halves = operator.strengths[strength]?.halves;
    return halves === undefined ? [] : half === undefined ? [halves.development, halves['held-out']] : [halves[half]];
  });
}

function sum(counts: readonly Count[]): Count {
  const add = (pick: (count: Count) => number): number => counts.reduce((total, count) => total + pick(count), 0);
  const perLayer = (which: 'layers' | 'only'): Count['layers'] =>
    Object.fromEntries(LAYERS.map((layer) => [layer, add((count) => count[which][layer] ?? 0)])) as Count['layers'];
  return {
    packages: add((count) => count.packages),
    caught: add((count) => count.caught),
    warned: add((count) => count.warned),
    layers: perLayer('layers'),
    only: perLayer('only'),
  };
}

function of({ caught, packages }: Count): string {
  return packages === 0 ? '–' : `${caught} of ${packages}`;
}

function percent(hits: number, all: number): string {
  return all === 0 ? '–' : `${((100 * hits) / all).toFixed(0)} %`;
}

function share(hits: number, all: number): string {
  if (all === 0) return '–';
  const { low, high } = wilson(hits, all);
  return `${((100 * hits) / all).toFixed(1)} % (${hits} of ${all}; ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %)`;
}
