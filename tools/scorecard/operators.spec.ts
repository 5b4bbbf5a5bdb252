import { join } from 'node:path';
import { RULES } from '@mle-smith/assert';
import { EXECUTE_RULES } from '@mle-smith/execute';
import { LAYERS, type Told } from './judge.ts';
import { NATURALS } from './natural.ts';
import { operatorTable, STRENGTHS, type Operator } from './operators.ts';
import { caughtBy, countOf, wilson, type Case } from './tally.ts';

const PYTHON = join(import.meta.dirname, '../../.cache/venv/bin/python');
/** Rules of what no package can break: each is proved where the platform is attacked. */
const OF_THE_PLATFORM = ['X01', 'X05', 'X06', 'X07', 'X08', 'X09'];
/** Broken by faults of our own exporters only; planted in `libs/package/src/exports/exports.spec.ts`. */
const OF_EXPORTS = ['X14'];
/** Dimensions of the rubric and reasons of design, which silly tasks may be stopped by. */
const OTHER_WORDS = ['metric_fit', 'task_validity', 'task_complexity', 'too_few_rows'];

let table: readonly Operator[];

beforeAll(async () => {
  table = await operatorTable(PYTHON);
});

const known = new Map([...RULES, ...EXECUTE_RULES].map((rule) => [rule.id, rule.level]));

/** What layers said; nothing where nothing is given. */
function told(said: Partial<Record<(typeof LAYERS)[number], readonly string[]>>, warned: readonly string[] = []): Told {
  return Object.fromEntries(LAYERS.map((layer) => [layer, { block: said[layer] ?? [], warn: layer === 'package' ? warned : [] }])) as unknown as Told;
}

describe('the table of operators', () => {
  it('holds at least forty, each with three strengths in words', () => {
    expect(table.length).toBeGreaterThanOrEqual(40);
    expect(table.filter((operator) => STRENGTHS.some((strength) => (operator.strengths[strength] ?? '') === ''))).toEqual([]);
    expect(new Set(table.map((operator) => operator.id)).size).toBe(table.length);
  });

  it('gives each operator rules that exist', () => {
    expect(table.flatMap((operator) => operator.rules.filter((rule) => !known.has(rule)).map((rule) => `${operator.id}: ${rule}`))).toEqual([]);
    expect(table.filter((operator) => operator.rules.length === 0)).toEqual([]);
  });

  it('has an operator for every blocking rule that a package can break', () => {
    const wanted = [...known].filter(([id, level]) => level === 'B' && ![...OF_THE_PLATFORM, ...OF_EXPORTS].includes(id)).map(([id]) => id);
    const tried = new Set(table.flatMap((operator) => operator.rules));

    expect(wanted.filter((id) => !tried.has(id))).toEqual([]);
  });
});

describe('the bank of silly tasks', () => {
  it('holds at least fifteen of bundled datasets, each with words that exist', () => {
    const bundled = ['vehicles-2021', 'free-light-chain', 'telecom-customers', 'ames-houses', 'penguins'];

    expect(NATURALS.filter((natural) => bundled.includes(natural.dataset)).length).toBeGreaterThanOrEqual(15);
    expect(NATURALS.flatMap((natural) => natural.rules.filter((rule) => !known.has(rule) && !OTHER_WORDS.includes(rule)))).toEqual([]);
  });
});

describe('counting', () => {
  it('takes a defect for caught only by a rule of its own', () => {
    expect(caughtBy(told({ package: ['S06', 'L12'] }), ['S14'], 'block')).toEqual([]);
    expect(caughtBy(told({ package: ['S14'], execute: ['X03'] }), ['S14', 'X03'], 'block')).toEqual(['package', 'execute']);
    expect(caughtBy(told({ review: ['shortcut_resistance'] }), ['S14'], 'block')).toEqual(['review']);
    expect(caughtBy(told({}, ['S14']), ['S14'], 'block')).toEqual([]);
    expect(caughtBy(told({}, ['S14']), ['S14'], 'warn')).toEqual(['package']);
  });

  it('tells which layer alone catches a package', () => {
    const cases = [told({ package: ['S14'] }), told({ package: ['S14'], execute: ['X03'] }), told({}, ['S14']), told({})].map((said, place): Case => ({
      kind: 'defect',
      dataset: 'd',
      half: 'held-out',
      task: `t${place}`,
      modality: 'tabular',
      name: 'shortcut',
      told: said,
    }));

    expect(countOf(cases, ['S14', 'X03'])).toEqual({
      packages: 4,
      caught: 2,
      warned: 1,
      layers: { design: 0, package: 2, review: 0, execute: 1 },
      only: { design: 0, package: 1, review: 0, execute: 0 },
    });
  });

  it("gives Wilson's interval", () => {
    const { low, high } = wilson(95, 100);

    expect(low).toBeCloseTo(0.8882, 4);
    expect(high).toBeCloseTo(0.9785, 4);
    expect(wilson(0, 189).high).toBeCloseTo(0.01992, 4);
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
