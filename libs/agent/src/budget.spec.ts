import { withoutRoom, type Account } from './budget.ts';

describe('a budget without room', () => {
  it.each<[Account, string | undefined]>([
    [
      { name: 'the deployment', scope: 'run', limit: { cost: 90_000 } },
      'the budget 0.09usd has $0.081 left for the next call, which may take $0.169; raise it',
    ],
    [
      { name: 'the task a', scope: 'task', limit: { tokens: 20_000 } },
      'the budget task=20000tokens has 19,000 tokens left for the next call, which may take 20,000 tokens; raise it',
    ],
    [{ name: 'the deployment', scope: 'run', limit: { cost: 1_000_000 } }, undefined],
  ])('%j is told as it was given, in its own unit', (account, said) => {
    expect(withoutRoom(account, { cost: 8_894, tokens: 1_000 }, { cost: 169_023, tokens: 20_000 })?.message).toBe(said);
  });
});
