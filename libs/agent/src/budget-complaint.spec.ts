import { AGENTS, type AgentName } from './agents.ts';
import { budgetComplaint } from './budget-complaint.ts';

const ALL = Object.keys(AGENTS) as AgentName[];
const ON = {
  agents: ALL,
  names: { main: 'small', agents: { designer: 'large' } },
  prices: { large: { input: 2.5, output: 10 }, small: { input: 0, output: 0 } },
};

describe('a budget', () => {
  it.each([
    [
      { call: { tokens: 20_000 } },
      {},
      'the budget call=20000tokens has no room for one call of the agent designer, which sets aside 25,000 tokens or more (16,000 tokens for the reply, 9,000 tokens for what it reads); raise it, or ask for shorter replies',
    ],
    [{ deployment: { cost: 90_000 } }, {}, 'the budget 0.09usd has no room for one call of the agent designer, which sets aside $0.182 or more'],
    [{ task: { tokens: 30_000 } }, {}, 'of the agent careful'],
    [{ task: { tokens: 30_000 } }, { replyTokens: 4_000 }, undefined],
    [{ task: { tokens: 9_000 } }, { agents: ['solver' as const] }, undefined],
    [{ task: { tokens: 9_000 } }, { agents: ['solver' as const], replyTokens: 8_000 }, 'of the agent solver, which sets aside 9,500 tokens or more'],
    [{ day: { cost: 1_000_000, tokens: 100_000 } }, {}, undefined],
    [{ task: { cost: 5 } }, { agents: [] }, undefined],
    [{ task: { cost: 5 } }, { agents: [], prices: { large: ON.prices.large } }, 'the price of the model is not known [model=small]; add it to the price table'],
    [{ task: { tokens: 5 } }, { agents: [], prices: {} }, undefined],
  ])('%j with %j: %s', (limits, more, said) => {
    const complaint = budgetComplaint(limits, { ...ON, ...more });

    if (said === undefined) expect(complaint).toBeUndefined();
    else expect(complaint).toContain(said);
  });
});
