import { tryDesign, type Sketch } from './testing/try-design.ts';

const SHOPS = 12;
const MONTHS = 40;
const HORIZON = 8;
const month = (at: number): string => new Date(Date.UTC(2015, at, 1)).toISOString().slice(0, 10);
const valueOf = (shop: number, at: number): number => 100 * (shop + 1) + 3 * at + ((at * 7 + shop) % 12);

/** Twelve shops month by month, in order; `late` replaces what is sold from the cut on. */
function shops(late: (value: number) => number = (value) => value): string {
  const rows = Array.from({ length: SHOPS }, (_shop, shop) =>
    Array.from({ length: MONTHS }, (_month, at) => `s${shop},${month(at)},${at < MONTHS - HORIZON ? valueOf(shop, at) : late(valueOf(shop, at))}`),
  ).flat();
  return `shop,month,sales\n${rows.join('\n')}\n`;
}

const SERIES = {
  time: 'month',
  keys: ['shop'],
  season: 12,
  horizon: HORIZON,
  step: { unit: 'month' as const, size: 1 },
  frequency: 'monthly',
  reason: 'a test',
};

function forecast(metric: string): Sketch {
  return {
    objective: 'forecast',
    metric,
    inputs: ['shop', 'month'],
    series: SERIES,
    split: { kind: 'temporal', column: 'month', testFraction: 0.2, seed: 11, reason: 'what comes next is asked for' },
    target: { column: 'sales', name: 'sales', description: '', classes: [], dropped: [] },
  };
}

async function tables(raw: string, metric = 'mase'): Promise<{ train: string[][]; test: string[][]; answers: string[][] }> {
  const tried = await tryDesign({ 'shops.csv': raw }, forecast(metric));
  expect(tried.outcome).toMatchObject({ kind: 'advanced' });
  const [train = [], test = [], answers = []] = await Promise.all(
    ['public/train', 'public/test', 'private/test_answer'].map(async (name) =>
      (await tried.read(`data/${name}.csv`))
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')),
    ),
  );
  return { train, test, answers };
}

/** The error of repeating the value of one season before, over the past of a shop. */
function scaleOf(shop: number, squared: boolean): number {
  const misses = Array.from({ length: MONTHS - HORIZON - 12 }, (_one, at) => Math.abs(valueOf(shop, at + 12) - valueOf(shop, at)));
  const mean = misses.reduce((sum, miss) => sum + (squared ? miss ** 2 : miss), 0) / misses.length;
  return squared ? Math.sqrt(mean) : mean;
}

describe('prepare.py of a forecast', () => {
  it('keeps the horizon of every series for the test and nothing of it for training', async () => {
    const { train, test } = await tables(shops());

    const sorted = (rows: string[][]): string[] => rows.map(([, shop, when]) => `${shop} ${when}`).sort();
    const all = (from: number, to: number): string[] =>
      Array.from({ length: SHOPS }, (_shop, shop) => Array.from({ length: to - from }, (_at, at) => `s${shop} ${month(from + at)}`))
        .flat()
        .sort();
    expect(sorted(train)).toEqual(all(0, MONTHS - HORIZON));
    expect(sorted(test)).toEqual(all(MONTHS - HORIZON, MONTHS));
  });

  it('spreads rows out so that neither place nor id goes with the instant or the series', async () => {
    const { train } = await tables(shops());

    const places = train.map(([, , when = '']) => Date.parse(when));
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    const middle = (places.length - 1) / 2;
    const product = (one: (index: number) => number, other: (index: number) => number): number =>
      places.reduce((sum, _place, index) => sum + one(index) * other(index), 0);
    const [turn, when] = [(index: number) => index - middle, (index: number) => (places[index] ?? 0) - mean];
    expect(Math.abs(product(turn, when) / Math.sqrt(product(turn, turn) * product(when, when)))).toBeLessThan(0.1);
    expect(train.filter(([, shop], index) => index > 0 && train[index - 1]?.[1] === shop).length).toBeLessThan(0.2 * train.length);
    expect(train.map(([id]) => Number(id))).toEqual(train.map((_row, index) => index));
  });

  it.each([
    ['mase', false],
    ['rmsse', true],
  ])('gives each series the scale that %s divides by, from the past alone', async (metric, squared) => {
    const { answers } = await tables(shops(), metric);
    const changed = await tables(
      shops((value) => 50 * value),
      metric,
    );

    const scales = (rows: string[][]): Record<string, string> => Object.fromEntries(rows.map(([, , series = '', scale = '']) => [series, scale]));
    expect(Object.keys(scales(answers))).toHaveLength(SHOPS);
    for (const [name, scale] of Object.entries(scales(answers))) expect(Number(scale)).toBeCloseTo(scaleOf(Number(name.slice(1)), squared), 6);
    expect(scales(changed.answers)).toEqual(scales(answers));
    expect(changed.train).toEqual((await tables(shops(), metric)).train);
  });

  it('leaves out series that have no two seasons before the cut', async () => {
    const young = Array.from({ length: 30 }, (_one, at) => `young,${month(MONTHS - 30 + at)},${at}`);

    const { train, test } = await tables(`${shops()}${young.join('\n')}\n`);

    expect([...train, ...test].filter(([, shop]) => shop === 'young')).toEqual([]);
  });

  it('says in words why there is nothing to ask where no series is long enough', async () => {
    const young = Array.from({ length: 400 }, (_one, at) => `s${Math.floor(at / 10)},${month(at % 10)},${at}`);

    const tried = await tryDesign({ 'shops.csv': `shop,month,sales\n${young.join('\n')}\n` }, forecast('mase'));

    expect(tried.outcome).toMatchObject({
      kind: 'ended',
      message: 'prepare.py did not run: AssertionError: no series has 24 instants or more before the last 8, and some of these too',
    });
  });
});
