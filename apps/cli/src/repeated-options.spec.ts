import { addBudget } from './repeated-options.ts';

describe('a budget of the command line', () => {
  it.each([
    ['5usd', { deployment: { cost: 5_000_000 } }],
    ['run=0.25USD', { deployment: { cost: 250_000 } }],
    ['call=20000tokens', { call: { tokens: 20_000 } }],
    ['agent=1usd', { agent: { cost: 1_000_000 } }],
    ['dataset=2e6tokens', { dataset: { tokens: 2_000_000 } }],
  ])('%s is read', (text, limits) => {
    expect(addBudget(text)).toEqual(limits);
  });

  it('stands beside those before it', () => {
    const limits = ['5usd', 'task=1usd', 'task=9000tokens', 'task=2usd'].reduce<ReturnType<typeof addBudget>>((before, text) => addBudget(text, before), {});

    expect(limits).toEqual({ deployment: { cost: 5_000_000 }, task: { cost: 2_000_000, tokens: 9_000 } });
  });

  it.each(['5', 'usd', '-5usd', '0usd', 'NaNusd', 'week=5usd', 'constructor=5usd', 'task=', '1e300tokens', '5 dollars'])(
    '%s is refused with an example',
    (text) => {
      expect(() => addBudget(text)).toThrow('task=1.50usd');
    },
  );
});
