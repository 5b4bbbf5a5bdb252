import type { Split } from '@mle-smith/contracts';
import { tryDesign, type Sketch } from './testing/try-design.ts';

const KINDS = ['apple', 'pear', 'plum'];
const MICRO = { of: 'orchards--task', trainRows: 60 };

/** 400 trees of 80 farms; one in forty is a plum. */
function orchard(): string {
  const rows = Array.from({ length: 400 }, (_, row) => {
    const mixed = (row * 7919) % 997;
    return [`farm-${row % 80}`, mixed, (mixed * 3) % 101, row % 13, mixed / 10, (mixed * 7) % 89, row % 40 === 0 ? 'plum' : KINDS[mixed % 2], mixed / 4].join(
      ',',
    );
  });
  return `farm,soil,rain,age,sun,wind,kind,weight\n${rows.join('\n')}\n`;
}

const SPLIT: Split = { kind: 'random', testFraction: 0.25, seed: 11, reason: 'rows are independent' };
const INPUTS = ['farm', 'soil', 'rain', 'age', 'sun', 'wind'];
const weight: Sketch = {
  objective: 'regression',
  metric: 'mae',
  inputs: INPUTS,
  split: SPLIT,
  target: { column: 'weight', name: 'weight', description: '', classes: [], dropped: [] },
};
const kind: Sketch = { ...weight, objective: 'multiclass', metric: 'macro_f1', target: { ...weight.target, column: 'kind', name: 'kind', classes: KINDS } };

async function both(sketch: Sketch): Promise<{ full: Record<string, string>; micro: Record<string, string>; train: string[]; lineage: unknown }> {
  const [full, micro] = [await tryDesign({ 'orchard.csv': orchard() }, sketch), await tryDesign({ 'orchard.csv': orchard() }, { ...sketch, micro: MICRO })];
  expect([full.outcome.kind, micro.outcome.kind]).toEqual(['advanced', 'advanced']);
  const files = async (of: typeof full): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(['public/train.csv', 'public/test.csv', 'private/test_answer.csv'].map(async (path) => [path, await of.read(`data/${path}`)])),
    );
  const left = await files(micro);
  return {
    full: await files(full),
    micro: left,
    train: (left['public/train.csv'] ?? '').trimEnd().split('\n').slice(1),
    lineage: (JSON.parse(await micro.read('design.json')) as { lineage: { micro: unknown } }).lineage.micro,
  };
}

describe('the micro variant', () => {
  it.each([
    ['a number', weight],
    ['classes', { ...kind, split: { ...SPLIT, kind: 'stratified' } }],
    ['groups', { ...weight, split: { ...SPLIT, kind: 'group', column: 'farm' } }],
  ] as const)('of a task of %s has the same test rows and some of the same training rows', async (_title, sketch) => {
    const { full, micro, train, lineage } = await both(sketch);

    expect(micro['public/test.csv']).toBe(full['public/test.csv']);
    expect(micro['private/test_answer.csv']).toBe(full['private/test_answer.csv']);
    expect(train.length).toBeLessThanOrEqual(MICRO.trainRows);
    expect(train.length).toBeGreaterThan(MICRO.trainRows / 2);
    const known = new Set((full['public/train.csv'] ?? '').split('\n'));
    expect(train.filter((row) => !known.has(row))).toEqual([]);
    expect(lineage).toEqual(MICRO);
  });

  it('keeps the rarest class, and the shares of the others', async () => {
    const { train } = await both({ ...kind, split: { ...SPLIT, kind: 'stratified' } });

    const counts = KINDS.map((name) => train.filter((row) => row.endsWith(`,${name}`)).length);
    expect(counts[2]).toBeGreaterThanOrEqual(1);
    expect(counts[2]).toBeLessThanOrEqual(4);
    expect(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0))).toBeLessThanOrEqual(10);
  });

  it('keeps whole groups where the split is by group', async () => {
    const { full, train } = await both({ ...weight, split: { ...SPLIT, kind: 'group', column: 'farm' } });

    const rowsOf = (rows: readonly string[]): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const row of rows) counts.set(row.split(',')[1] ?? '', (counts.get(row.split(',')[1] ?? '') ?? 0) + 1);
      return counts;
    };
    const whole = rowsOf((full['public/train.csv'] ?? '').trimEnd().split('\n').slice(1));
    for (const [farm, count] of rowsOf(train)) expect({ farm, count }).toEqual({ farm, count: whole.get(farm) });
  });
});
