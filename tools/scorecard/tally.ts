import { RULES } from '@mle-smith/assert';
import { EXECUTE_RULES } from '@mle-smith/execute';
import { z } from 'zod';
import type { Half } from './base.ts';
import { LAYERS, type Layer, type Told } from './judge.ts';
import { STRENGTHS, type Operator, type Strength } from './operators.ts';

/** One judged package. */
export interface Case {
  readonly kind: 'clean' | 'defect';
  readonly dataset: string;
  readonly half: Half;
  readonly task: string;
  readonly modality: string;
  /** The variation or the operator. */
  readonly name: string;
  readonly strength?: Strength;
  readonly told: Told;
}

/** Dimensions of the rubric that speak about what a rule speaks about. */
const DIMENSIONS_OF: readonly (readonly [rules: RegExp, dimensions: readonly string[]])[] = [
  [/^(M|A04)/, ['metric_fit', 'description_clarity']],
  [/^(S03|S04|S09|S10|S11|S12|S13|S14|S28|A02|A05|L02|X03|X04)/, ['shortcut_resistance', 'task_complexity', 'task_validity']],
  [/^(S06|S07|S16|S18|S21|S22|S23|S24|S27|L04)/, ['data_quality']],
  [/^(S08|S17|S20)/, ['data_sufficiency', 'data_quality']],
  [/^(S19|S26|S28|X02)/, ['task_validity', 'task_complexity', 'data_sufficiency']],
  [/^(L05|L12|A01|A03|L01)/, ['description_clarity']],
  [/^(L11|S05|S15)/, ['raw_data_usage']],
];

/** What a layer may say for a defect to count as caught by it. */
function rightWords(rules: readonly string[], layer: Layer): ReadonlySet<string> {
  if (layer !== 'review') return new Set(rules);
  return new Set([...rules, ...DIMENSIONS_OF.filter(([pattern]) => rules.some((rule) => pattern.test(rule))).flatMap(([, dimensions]) => dimensions)]);
}

/** Layers that block a package, or that warn about it, by a right rule. */
export function caughtBy(told: Told, rules: readonly string[], how: 'block' | 'warn'): readonly Layer[] {
  return LAYERS.filter((layer) => {
    const right = rightWords(rules, layer);
    return (how === 'block' ? told[layer].block : [...told[layer].block, ...told[layer].warn]).some((word) => right.has(word));
  });
}

/** Whether one of the rules is a blocking one. */
export function isBlocking(rules: readonly string[]): boolean {
  const level = new Map([...RULES, ...EXECUTE_RULES].map((rule) => [rule.id, rule.level]));
  return rules.some((rule) => level.get(rule) !== 'W');
}

/** The interval of Wilson for a share, at 95 %. */
export function wilson(hits: number, of: number): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z2 = 1.96 ** 2;
  const share = hits / of;
  const middle = (share + z2 / (2 * of)) / (1 + z2 / of);
  const reach = (1.96 * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

const Count = z.object({
  packages: z.int(),
  /** Blocked by a right rule of some layer. */
  caught: z.int(),
  /** Not blocked, but warned about by a right rule. */
  warned: z.int(),
  layers: z.record(z.enum(LAYERS), z.int()),
  /** Caught by that layer and by no other. */
  only: z.record(z.enum(LAYERS), z.int()),
});
export type Count = z.infer<typeof Count>;
const Halves = z.object({ development: Count, 'held-out': Count });

/** tools/scorecard/results.json: counts, and by name what was missed and what was blamed wrongly. */
export const Results = z.object({
  datasets: z.array(z.object({ id: z.string(), half: z.enum(['development', 'held-out']), tasks: z.array(z.string()) })),
  clean: z.object({
    packages: z.record(z.string(), z.object({ development: z.int(), 'held-out': z.int() })),
    alarms: z.array(z.object({ task: z.string(), half: z.string(), variation: z.string(), layer: z.string(), rules: z.array(z.string()) })),
    warnings: z.record(z.string(), z.int()),
    leftOut: z.record(z.string(), z.int()),
  }),
  operators: z.array(
    z.object({
      id: z.string(),
      does: z.string(),
      to: z.string(),
      rules: z.array(z.string()),
      blocking: z.boolean(),
      strengths: z.record(z.enum(STRENGTHS), z.object({ means: z.string(), halves: Halves })),
    }),
  ),
  misses: z.array(z.object({ operator: z.string(), strength: z.enum(STRENGTHS), task: z.string(), half: z.string(), told: z.array(z.string()) })),
  naturals: z.array(
    z.object({
      id: z.string(),
      dataset: z.string(),
      does: z.string(),
      rules: z.array(z.string()),
      layers: z.array(z.string()),
      told: z.array(z.string()),
      stopped: z.boolean(),
    }),
  ),
});
export type Results = z.infer<typeof Results>;

export function countOf(cases: readonly Case[], rules: readonly string[]): Count {
  const caught = cases.map((judged) => caughtBy(judged.told, rules, 'block'));
  const per = (holds: (layers: readonly Layer[], layer: Layer) => boolean): Record<Layer, number> =>
    Object.fromEntries(LAYERS.map((layer) => [layer, caught.filter((layers) => holds(layers, layer)).length])) as Record<Layer, number>;
  return {
    packages: cases.length,
    caught: caught.filter((layers) => layers.length > 0).length,
    warned: cases.filter((judged, place) => caught[place]?.length === 0 && caughtBy(judged.told, rules, 'warn').length > 0).length,
    layers: per((layers, layer) => layers.includes(layer)),
    only: per((layers, layer) => layers.length === 1 && layers[0] === layer),
  };
}

/** Everything that was said about a package, as `layer:rule`. */
export function saidOf(told: Told): string[] {
  return LAYERS.flatMap((layer) => [...told[layer].block.map((rule) => `${layer}:${rule}`), ...told[layer].warn.map((rule) => `${layer}:${rule} (warned)`)]);
}

/** The results of a run. */
export function tally(input: {
  datasets: Results['datasets'];
  cases: readonly Case[];
  operators: readonly Operator[];
  leftOut: Readonly<Record<string, number>>;
  naturals: Results['naturals'];
}): Results {
  const clean = input.cases.filter((judged) => judged.kind === 'clean');
  const defects = input.cases.filter((judged) => judged.kind === 'defect');
  const halves = <Value>(of: (half: Case['half']) => Value): { development: Value; 'held-out': Value } => ({
    development: of('development'),
    'held-out': of('held-out'),
  });
  const warnings: Record<string, number> = {};
  for (const judged of clean)
    for (const word of LAYERS.flatMap((layer) => judged.told[layer].warn.map((rule) => `${layer}:${rule}`))) warnings[word] = (warnings[word] ?? 0) + 1;
  return {
    datasets: input.datasets,
    clean: {
      packages: Object.fromEntries(
        [...new Set(clean.map((judged) => judged.modality))]
          .sort()
          .map((modality) => [modality, halves((half) => clean.filter((judged) => judged.modality === modality && judged.half === half).length)]),
      ),
      alarms: clean.flatMap(({ told, task, half, name }) =>
        LAYERS.flatMap((layer) => (told[layer].block.length === 0 ? [] : [{ task, half, variation: name, layer, rules: [...told[layer].block] }])),
      ),
      warnings: Object.fromEntries(Object.entries(warnings).sort(([one], [other]) => (one < other ? -1 : 1))),
      leftOut: input.leftOut,
    },
    operators: input.operators.map(({ strengths, ...operator }) => ({
      ...operator,
      blocking: isBlocking(operator.rules),
      strengths: Object.fromEntries(
        STRENGTHS.map((strength) => [
          strength,
          {
            means: strengths[strength],
            halves: halves((half) =>
              countOf(
                defects.filter((judged) => judged.name === operator.id && judged.strength === strength && judged.half === half),
                operator.rules,
              ),
            ),
          },
        ]),
      ) as Results['operators'][number]['strengths'],
    })),
    misses: input.operators
      .filter((operator) => isBlocking(operator.rules))
      .flatMap(({ id, rules }) =>
        defects
          .filter((judged) => judged.name === id && caughtBy(judged.told, rules, 'block').length === 0)
          .map(({ task, half, strength, told }) => ({ operator: id, strength: strength ?? 'weak', task, half, told: saidOf(told) })),
      ),
    naturals: input.naturals,
  };
}
