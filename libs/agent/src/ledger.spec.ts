import { ledgerOf, spentBy, spentOn } from './ledger.ts';
import { recordOf } from './testing/index.ts';

const MANY = 120_000;
const DATASETS = 2_000;

function* calls(): Generator<ReturnType<typeof recordOf>> {
  for (let call = 0; call < MANY; call += 1)
    yield recordOf({
      place: { ...recordOf().place, dataset: `d-${call % DATASETS}`, agent: call % 2 === 0 ? 'designer' : 'careful' },
      cost: call % 3 === 0 ? null : 12,
    });
}

describe('the ledger', () => {
  it('sums up many calls of many datasets in one pass', async () => {
    const began = performance.now();

    const { all, agent, dataset } = await ledgerOf(calls(), ['agent', 'dataset']);

    expect(performance.now() - began).toBeLessThan(5_000);
    expect(all).toEqual({ calls: MANY, inputTokens: 100 * MANY, outputTokens: 20 * MANY, usd: 0.96, unpriced: MANY / 3 });
    expect(Object.keys(agent)).toEqual(['careful', 'designer']);
    expect(Object.keys(dataset)).toHaveLength(DATASETS);
    expect(dataset['d-7']).toMatchObject({ calls: MANY / DATASETS });
  });

  it('gives the same for a list', () => {
    const list = [...calls()].slice(0, 10);

    expect(spentBy(list, 'dataset')['d-3']).toEqual(spentOn([recordOf({ cost: null })]));
    expect(spentOn(list)).toMatchObject({ calls: 10, unpriced: 4 });
  });
});
